import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { AppError } from '#core/errors/app-error'
import type { KeyAction } from '#core/keys/key-actions'
import type { Db } from '#db/client'
import { listKeyHashes, touchApiKeys } from '#db/queries/api-keys'
import type { Log } from '#server/log'

/** A caller that showed a key in force; `deployments` is null when it may call all. */
export type Caller = { keyId: string | null; deployments: ReadonlySet<string> | null }

export type KeyRing = {
  /** The caller behind an Authorization header, or an AppError that says what is missing: the key, or its right to do this here. */
  check(authorization: string | undefined, wanted: { deployment: string; action: KeyAction }): Promise<Caller>
  refresh(): Promise<void>
  /** Writes when keys were last used. */
  flush(): Promise<void>
}

type KnownKey = { hash: Buffer; caller: Caller }

/** An unknown key may be a second old: look again, but not for every guess. */
const lookAgainMs = 250
const patienceMs = 1_000

/** A new secret for a caller: `sl_` and 256 random bits. Only its hash is kept. */
export function newApiKey(): { secret: string; hash: string; prefix: string } {
  const secret = `sl_${randomBytes(32).toString('base64url')}`
  return { secret, hash: hashKey(secret).toString('hex'), prefix: secret.slice(0, 9) }
}

/** The key by which the house's own processes (Try it, test traffic, the command line) call the gateway; made from the installation's key, stored nowhere. */
export function internalKey(installationKey: string): string {
  return `sl_internal_${createHmac('sha256', installationKey).update('stageline gateway').digest('base64url')}`
}

/** Keys in memory: checked without the database, refreshed when they change, and once more before a key is called unknown. */
export function openKeyRing(db: Db, { installationKey, log }: { installationKey: string; log: Log }): KeyRing {
  const internal = hashKey(internalKey(installationKey))
  const used = new Map<string, Date>()
  let known = new Map<string, KnownKey>()
  let lookedAt = 0
  let planned: Promise<void> | null = null

  async function refresh(): Promise<void> {
    lookedAt = Date.now()
    const rows = await listKeyHashes(db)
    known = new Map(
      rows.map(({ id, hash, deployments }) => [
        hash,
        { hash: Buffer.from(hash, 'hex'), caller: { keyId: id, deployments: deployments ? new Set(deployments) : null } },
      ]),
    )
  }

  /** A look that starts after this call, shared by all who ask meanwhile: guesses cost four queries a second at most. */
  function nextLook(): Promise<void> {
    planned ??= wait(lookedAt + lookAgainMs - Date.now()).then(() => {
      planned = null
      return refresh()
    })
    return planned
  }

  function find(hash: Buffer): Caller | null {
    if (timingSafeEqual(hash, internal)) return { keyId: null, deployments: null }
    const key = known.get(hash.toString('hex'))
    return key && timingSafeEqual(hash, key.hash) ? key.caller : null
  }

  return {
    async check(authorization, { deployment }) {
      const secret = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
      if (!secret) {
        throw new AppError('bad_key', {
          detail: 'The API key is missing. Send it as "Authorization: Bearer sl_…"; keys are made under Settings, Keys.',
        })
      }
      const hash = hashKey(secret)
      let caller = find(hash)
      if (!caller) {
        // Documented fallback: without the database the keys already known go on working, and others are unknown.
        await Promise.race([nextLook(), wait(patienceMs)]).catch((err) => log.warn({ err }, 'the keys could not be read'))
        caller = find(hash)
      }
      if (!caller) throw new AppError('bad_key', { detail: 'The API key is unknown or was revoked. Keys are made under Settings, Keys.' })
      if (caller.deployments && !caller.deployments.has(deployment)) {
        throw new AppError('forbidden', {
          detail: `This key may not call ${deployment}. It is for ${[...caller.deployments].join(', ') || 'no deployment'}.`,
        })
      }
      if (caller.keyId) used.set(caller.keyId, new Date())
      return caller
    },
    refresh,
    async flush() {
      if (used.size === 0) return
      const taken = new Map(used)
      used.clear()
      await touchApiKeys(db, taken)
    },
  }
}

function hashKey(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
