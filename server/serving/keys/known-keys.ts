import { createHash, timingSafeEqual } from 'node:crypto'
import { AppError } from '#core/errors/app-error'
import type { KeyAction, KeyPriority } from '#core/keys/key-actions'
import type { Db } from '#db/client'
import { listKeyHashes } from '#db/queries/api-keys'
import type { Log } from '#server/log'

/** A caller that showed a key in force. The house itself has no id, no scopes and no limits. */
export type Caller = {
  keyId: string | null
  /** Null when it may call all. */
  deployments: ReadonlySet<string> | null
  /** With too many requests, those of low priority are shed first. */
  priority: KeyPriority
}

type KeyRow = Awaited<ReturnType<typeof listKeyHashes>>[number]
export type KnownKey = Omit<KeyRow, 'hash' | 'actions'> & { hash: Buffer; actions: ReadonlySet<KeyAction> | null; caller: Caller }

/** The keys that were not revoked, in memory. */
export type KnownKeys = {
  /** The key of an Authorization header (or the house's own), or an AppError; whether it may do anything is not asked here. */
  identify(authorization: string | undefined): Promise<KnownKey | 'house'>
  get(id: string): KnownKey | undefined
  list(): Iterable<KnownKey>
  read(): Promise<void>
}

/** Headers that showed a key are read once: more than this many are not remembered. */
const rememberAtMost = 10_000
/** An unknown key may be a second old: look again, but not for every guess. */
const lookAgainMs = 250
const patienceMs = 1_000

/** No keys yet; `read` fetches them, and an unknown one makes it look again. */
export function openKnownKeys(db: Db, { houseKey, log }: { houseKey: string; log: Log }): KnownKeys {
  const internal = hashKey(houseKey)
  let byHash = new Map<string, KnownKey>()
  /**
   * Digests by header, since the last look at the keys; what a digest opens is looked up each time. A guess is compared with
   * a header only where both have the same hash, which is seeded anew in each process: nobody can guess towards one.
   */
  const digests = new Map<string, Digest>()
  let byId = new Map<string, KnownKey>()
  let lookedAt = 0
  let planned: Promise<void> | null = null
  let looks = 0
  let newest = 0

  async function read(): Promise<void> {
    lookedAt = Date.now()
    looks += 1
    const look = looks
    const keys = (await listKeyHashes(db)).map(knownKey)
    // A look that was overtaken would bring back what was revoked meanwhile.
    if (look < newest) return
    newest = look
    // Secrets that open nothing any more are not kept.
    digests.clear()
    byHash = new Map(keys.map((key) => [key.hash.toString('hex'), key]))
    byId = new Map(keys.map((key) => [key.id, key]))
  }

  /** A look that starts after this call, shared by all who ask meanwhile: guesses cost four queries a second at most. */
  function nextLook(): Promise<void> {
    planned ??= wait(lookedAt + lookAgainMs - Date.now()).then(() => {
      planned = null
      return read()
    })
    return planned
  }

  /**
   * Digests are compared, not secrets, so the time of a look-up tells nothing about a secret: who guesses would learn how
   * much of a digest agrees, and can choose no secret by its digest.
   */
  function find({ bytes, hex }: Digest): KnownKey | 'house' | null {
    if (timingSafeEqual(bytes, internal)) return 'house'
    const key = byHash.get(hex)
    return key && timingSafeEqual(bytes, key.hash) ? key : null
  }

  /** Only headers that showed a key are remembered: guesses take no memory, and each costs its hash. */
  function remember(authorization: string, digest: Digest): void {
    if (digests.size >= rememberAtMost) digests.clear()
    digests.set(authorization, digest)
  }

  async function identify(authorization: string | undefined): Promise<KnownKey | 'house'> {
    const seen = digests.get(authorization ?? '')
    const known = seen && find(seen)
    if (known) return known
    const secret = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
    if (!secret) {
      throw new AppError('bad_key', {
        detail: 'The API key is missing. Send it as "Authorization: Bearer sl_…"; keys are made under Settings, Keys.',
      })
    }
    const digest = digestOf(secret)
    let key = find(digest)
    if (!key) {
      // Documented fallback: without the database the keys already known go on working, and others are unknown.
      await Promise.race([nextLook(), wait(patienceMs)]).catch((err) => log.warn({ err }, 'the keys could not be read'))
      key = find(digest)
    }
    if (!key) throw new AppError('bad_key', { detail: 'The API key is unknown or was revoked. Keys are made under Settings, Keys.' })
    remember(authorization ?? '', digest)
    return key
  }

  return { identify, read, get: (id) => byId.get(id), list: () => byId.values() }
}

function knownKey(row: KeyRow): KnownKey {
  const deployments = row.deployments ? new Set(row.deployments) : null
  return {
    ...row,
    hash: Buffer.from(row.hash, 'hex'),
    actions: row.actions ? new Set(row.actions) : null,
    caller: { keyId: row.id, deployments, priority: row.priority },
  }
}

type Digest = { bytes: Buffer; hex: string }

function digestOf(secret: string): Digest {
  const bytes = hashKey(secret)
  return { bytes, hex: bytes.toString('hex') }
}

/** What is kept of a key: the sha256 of its secret. */
export function hashKey(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
