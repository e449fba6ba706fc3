import { createHmac, randomBytes } from 'node:crypto'
import type { AppError } from '#core/errors/app-error'
import type { KeyAction } from '#core/keys/key-actions'
import { rateLimitOf } from '#core/keys/key-limits'
import { type Bucket, takeToken } from '#core/keys/token-bucket'
import type { Db } from '#db/client'
import { touchApiKeys } from '#db/queries/api-keys'
import type { Log } from '#server/log'
import { expiryRefusal, quotaRefusal, rateRefusal, scopeRefusal } from './key-refusals'
import { openKeyUsage } from './key-usage'
import { type Caller, hashKey, type KnownKey, openKnownKeys } from './known-keys'

export type { Caller }

/**
 * Who may do what, and how much of it.
 * A request goes through `check` before its body is read, its rows through `spend` when they are answered, and it itself
 * through `count`, once, when it is over.
 */
export type KeyRing = {
  /**
   * The caller behind an Authorization header, or an AppError that says what is missing: the key, its right to do this
   * here, or a moment's patience. Refusals of known keys are counted here.
   */
  check(authorization: string | undefined, wanted: { deployment: string; action: KeyAction }): Promise<Caller>
  /** What a key in force may do and where, for routes that name no deployment; it is not counted as a request. */
  scopeOf(authorization: string | undefined): Promise<{ deployments: ReadonlySet<string> | null; actions: ReadonlySet<KeyAction> | null }>
  /**
   * Takes rows off the day's quota and does the work, or an AppError that says when the day ends. Rows that the work fails
   * to answer are given back.
   */
  spend<T>(caller: Caller, asked: { deployment: string; rows: number }, work: () => Promise<T>): Promise<T>
  /** Counts a request that `check` let in, by the status it ended with. */
  count(caller: Caller, ended: { deployment: string; status: number }): void
  /** Reads the keys, adds this gateway's counts and reads those of the others. */
  refresh(): Promise<void>
  /** Writes when keys were last used, and what was counted. */
  flush(): Promise<void>
}

export type KeyRingOptions = {
  installationKey: string
  log: Log
  /** Requests to names that are no deployments are not counted: a caller can make up as many as it likes. */
  isDeployment?: (name: string) => boolean
  /** Ms since 1970, for expiry and for the day. */
  now?: () => number
  /** Ms of a clock that never jumps, for rates. */
  steadyNow?: () => number
}

/** A new secret for a caller: `sl_` and 256 random bits. Only its hash is kept. */
export function newApiKey(): { secret: string; hash: string; prefix: string } {
  const secret = `sl_${randomBytes(32).toString('base64url')}`
  return { secret, hash: hashKey(secret).toString('hex'), prefix: secret.slice(0, 9) }
}

/** The key by which the house's own processes (Try it, test traffic, the command line) call the gateway; made from the installation's key, stored nowhere. */
export function internalKey(installationKey: string): string {
  return `sl_internal_${createHmac('sha256', installationKey).update('stageline gateway').digest('base64url')}`
}

const house: Caller = { keyId: null, deployments: null, priority: 'normal' }

/** Keys in memory: checked without the database, refreshed when they change, and once more before a key is called unknown. */
export function openKeyRing(db: Db, options: KeyRingOptions): KeyRing {
  const { installationKey, log, isDeployment = () => true, now = Date.now, steadyNow = () => performance.now() } = options
  const known = openKnownKeys(db, { houseKey: internalKey(installationKey), log })
  const used = new Map<string, Date>()
  const buckets = new Map<string, Bucket>()
  const usage = openKeyUsage(db, {
    now,
    quotaKeys: () => [...known.list()].filter((key) => key.rowsPerDay !== null).map(({ id }) => id),
  })

  function takeTurn(key: KnownKey): AppError | null {
    const limit = rateLimitOf(key)
    if (!limit) return null
    const { bucket, waitSeconds } = takeToken(buckets.get(key.id), limit, steadyNow())
    buckets.set(key.id, bucket)
    return waitSeconds === 0 ? null : rateRefusal(limit, waitSeconds)
  }

  return {
    async check(authorization, { deployment, action }) {
      const key = await known.identify(authorization)
      if (key === 'house') return house
      used.set(key.id, new Date(now()))
      const refusal = expiryRefusal(key, now()) ?? scopeRefusal(key, { deployment, action }) ?? takeTurn(key)
      if (!refusal) return key.caller
      if (isDeployment(deployment)) {
        usage.add(key.id, { deployment, at: now() }, { requests: 1, ...outcomeOf(refusal.code === 'too_many' ? 429 : 403) })
      }
      throw refusal
    },
    async scopeOf(authorization) {
      const key = await known.identify(authorization)
      if (key === 'house') return { deployments: null, actions: null }
      const refusal = expiryRefusal(key, now())
      if (refusal) throw refusal
      return { deployments: key.caller.deployments, actions: key.actions }
    },
    async spend({ keyId }, { deployment, rows }, work) {
      if (keyId === null || rows === 0) return work()
      const at = now()
      const rowsPerDay = known.get(keyId)?.rowsPerDay ?? null
      const refusal = rowsPerDay === null ? null : quotaRefusal({ rowsPerDay, spent: usage.rowsToday(keyId), rows, nowMs: at })
      if (refusal) throw refusal
      usage.add(keyId, { deployment, at }, { rows })
      try {
        return await work()
      } catch (error) {
        usage.add(keyId, { deployment, at }, { rows: -rows })
        throw error
      }
    },
    count({ keyId }, { deployment, status }) {
      if (keyId !== null) usage.add(keyId, { deployment, at: now() }, { requests: 1, ...outcomeOf(status) })
    },
    async refresh() {
      await known.read()
      for (const id of buckets.keys()) if (!known.get(id)) buckets.delete(id)
      await usage.exchange()
    },
    async flush() {
      await usage.exchange()
      const taken = new Map(used)
      await touchApiKeys(db, taken)
      for (const [id, at] of taken) if (used.get(id) === at) used.delete(id)
    },
  }
}

function outcomeOf(status: number): { limited?: number; failed?: number } {
  if (status < 400) return {}
  return status === 429 ? { limited: 1 } : { failed: 1 }
}
