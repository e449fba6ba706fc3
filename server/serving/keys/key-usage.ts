import { AppError } from '#core/errors/app-error'
import { dayStartMs } from '#core/keys/daily-quota'
import type { Db } from '#db/client'
import { addKeyUsage, findTransactionFate, readTransactionId, sumKeyRows, type UsageCounts, type UsageRow } from '#db/queries/key-usage'

/**
 * What keys ask of this gateway, by deployment and hour. Counts wait in memory until an exchange adds them to the database
 * and reads back what all gateways together have counted for the day. With the database away they wait on, and nothing is
 * lost but by the death of the process (kill -9: what was counted since the last exchange). An exchange whose commit was not heard of is looked up before the next one, so that
 * its counts are neither lost nor added twice.
 *
 * A gateway knows its own rows at once and those of the others as of the last exchange. With an exchange every t seconds, a
 * quota can be overshot by what the other gateways let through in 2 t seconds; while the database is away, by up to the
 * whole quota for each further gateway.
 */
export type KeyUsage = {
  /** Counts in the hour of `at` (ms since 1970). What is given back has the time at which it was taken. */
  add(keyId: string, where: { deployment: string; at: number }, counts: Partial<UsageCounts>): void
  /** The rows that a key is known to have asked for today (UTC), here and elsewhere. */
  rowsToday(keyId: string): number
  /** Adds what waits and reads the sums of `quotaKeys`. Exchanges come one after the other, and those that wait are one. */
  exchange(): Promise<void>
}

const hourMs = 3_600_000

/** An empty count. `quotaKeys` are the keys whose sums matter. */
export function openKeyUsage(db: Db, { quotaKeys, now }: { quotaKeys: () => string[]; now: () => number }): KeyUsage {
  /** Counts since the last exchange began, and those that the exchange under way (or a failed one) carries. */
  let waiting = new Map<string, UsageRow>()
  let sending: { rows: UsageRow[]; transaction: string | null } | null = null
  /** Sums of the database for one day; they hold nothing of `waiting` and `sending`. */
  let known = { day: 0, rows: new Map<string, number>() }
  /** Rows of `waiting` and `sending` by key, for one day. */
  let own = { day: 0, rows: new Map<string, number>() }
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null

  function add(keyId: string, { deployment, at }: { deployment: string; at: number }, counts: Partial<UsageCounts>): void {
    const hour = Math.floor(at / hourMs) * hourMs
    merge(waiting, { ...noCounts, ...counts, keyId, deployment, hour: new Date(hour) })
    if (counts.rows) moveOwn(dayStartMs(at), keyId, counts.rows)
  }

  function moveOwn(day: number, keyId: string, rows: number): void {
    if (day > own.day) own = { day, rows: new Map() }
    if (day === own.day) own.rows.set(keyId, (own.rows.get(keyId) ?? 0) + rows)
  }

  async function exchangeOnce(): Promise<void> {
    await settleLast()
    if (waiting.size > 0) {
      sending = { rows: [...waiting.values()], transaction: null }
      waiting = new Map()
    }
    const day = dayStartMs(now())
    const carried = sending
    const sums = await db.transaction(async (tx) => {
      if (carried) {
        carried.transaction = await readTransactionId(tx)
        await addKeyUsage(tx, carried.rows)
      }
      return sumKeyRows(tx, { keyIds: quotaKeys(), since: new Date(day) })
    })
    known = { day, rows: sums }
    forget(carried?.rows ?? [])
  }

  /** Finds out what became of an exchange that failed, and takes its counts back if they did not arrive. */
  async function settleLast(): Promise<void> {
    if (!sending) return
    const { rows, transaction } = sending
    const fate = transaction === null ? 'aborted' : await findTransactionFate(db, transaction)
    if (fate === 'in progress') {
      throw new AppError('unavailable', { detail: 'The database has not decided yet about the last counts of keys; they wait.' })
    }
    if (fate === 'committed') {
      for (const { keyId, hour, rows: count } of rows) {
        if (dayStartMs(hour.getTime()) === known.day) known.rows.set(keyId, (known.rows.get(keyId) ?? 0) + count)
      }
      forget(rows)
      return
    }
    sending = null
    for (const row of rows) merge(waiting, row)
  }

  /** What the database holds now is no more this gateway's own. */
  function forget(rows: readonly UsageRow[]): void {
    sending = null
    for (const { keyId, hour, rows: count } of rows) if (count > 0) moveOwn(dayStartMs(hour.getTime()), keyId, -count)
  }

  function exchange(): Promise<void> {
    if (!running) {
      running = exchangeOnce().finally(() => {
        running = null
      })
      return running
    }
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = null
        return exchange()
      })
    return next
  }

  return {
    add,
    exchange,
    rowsToday(keyId) {
      const day = dayStartMs(now())
      const here = own.day === day ? (own.rows.get(keyId) ?? 0) : 0
      return here + (known.day === day ? (known.rows.get(keyId) ?? 0) : 0)
    },
  }
}

const noCounts: UsageCounts = { requests: 0, rows: 0, limited: 0, failed: 0 }

function merge(counts: Map<string, UsageRow>, row: UsageRow): void {
  const key = `${row.keyId} ${row.hour.getTime()} ${row.deployment}`
  const old = counts.get(key)
  if (!old) {
    counts.set(key, { ...row })
    return
  }
  old.requests += row.requests
  old.rows += row.rows
  old.limited += row.limited
  old.failed += row.failed
}
