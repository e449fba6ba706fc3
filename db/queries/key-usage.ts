import { and, asc, eq, gte, inArray, sql } from 'drizzle-orm'
import type { Db } from '#db/client'
import { keyUsage } from '#db/schema/key-usage'

/** What was counted for one key, deployment and hour. */
export type UsageCounts = { requests: number; rows: number; limited: number; failed: number }
export type UsageRow = UsageCounts & { keyId: string; deployment: string; hour: Date }

/**
 * Adds counts to their hours, in one statement and in one order, so that two gateways never lock each other out.
 * Counts of a key that is gone are left out.
 */
export async function addKeyUsage(tx: Db, rows: readonly UsageRow[]): Promise<void> {
  if (rows.length === 0) return
  await tx.execute(sql`
    insert into key_usage (key_id, deployment, hour, requests, rows, limited, failed)
    select v.key_id, v.deployment, v.hour, v.requests, v.rows, v.limited, v.failed
    from json_to_recordset(${JSON.stringify(rows.map(({ keyId, ...counts }) => ({ key_id: keyId, ...counts })))}::json)
      as v(key_id uuid, deployment text, hour timestamptz, requests int, rows int, limited int, failed int)
    join api_keys k on k.id = v.key_id
    order by v.key_id, v.deployment, v.hour
    for key share of k
    on conflict (key_id, deployment, hour) do update set
      requests = key_usage.requests + excluded.requests,
      rows = key_usage.rows + excluded.rows,
      limited = key_usage.limited + excluded.limited,
      failed = key_usage.failed + excluded.failed`)
}

/** The rows that keys asked for since a moment, over all deployments and gateways; a key without any is left out. */
export async function sumKeyRows(db: Db, { keyIds, since }: { keyIds: readonly string[]; since: Date }): Promise<Map<string, number>> {
  if (keyIds.length === 0) return new Map()
  const sums = await db
    .select({ keyId: keyUsage.keyId, rows: sql<number>`sum(${keyUsage.rows})::float8` })
    .from(keyUsage)
    .where(and(inArray(keyUsage.keyId, [...keyIds]), gte(keyUsage.hour, since)))
    .groupBy(keyUsage.keyId)
  return new Map(sums.map(({ keyId, rows }) => [keyId, rows]))
}

/** The totals of every key since a moment, and its rows since another. */
export async function sumUsageByKey(db: Db, { since, rowsSince }: { since: Date; rowsSince: Date }) {
  return db
    .select({
      keyId: keyUsage.keyId,
      ...totals,
      rowsToday: sql<number>`coalesce(sum(${keyUsage.rows}) filter (where ${keyUsage.hour} >= ${rowsSince.toISOString()}::timestamptz), 0)::float8`,
    })
    .from(keyUsage)
    .where(gte(keyUsage.hour, since))
    .groupBy(keyUsage.keyId)
}

/** What one key asked for since a moment, by UTC day ("2026-03-04") and deployment, oldest first. */
export async function listUsageByDay(db: Db, { keyId, since }: { keyId: string; since: Date }) {
  const day = sql<string>`to_char(${keyUsage.hour} at time zone 'UTC', 'YYYY-MM-DD')`
  return db
    .select({ day: day.as('day'), deployment: keyUsage.deployment, ...totals })
    .from(keyUsage)
    .where(and(eq(keyUsage.keyId, keyId), gte(keyUsage.hour, since)))
    .groupBy(day, keyUsage.deployment)
    .orderBy(asc(sql`day`), asc(keyUsage.deployment))
}

/** The id by which the fate of the transaction can be asked for later. */
export async function readTransactionId(tx: Db): Promise<string> {
  const { rows } = await tx.execute<{ id: string }>(sql`select pg_current_xact_id()::text as id`)
  return rows[0]?.id ?? ''
}

export type TransactionFate = 'committed' | 'aborted' | 'in progress'

/** What became of a transaction whose end was not heard; null when it is too long ago to tell. */
export async function findTransactionFate(db: Db, id: string): Promise<TransactionFate | null> {
  try {
    const { rows } = await db.execute<{ fate: TransactionFate | null }>(sql`select pg_xact_status(${id}::xid8) as fate`)
    return rows[0]?.fate ?? null
  } catch (error) {
    // A database that was put back to an earlier state has not come so far yet: there it never happened.
    if (isOfFuture(error)) return 'aborted'
    throw error
  }
}

function isOfFuture(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause ?? error) : null
  return cause instanceof Error && 'code' in cause && cause.code === '22023'
}

const totals = {
  requests: sql<number>`sum(${keyUsage.requests})::float8`,
  rows: sql<number>`sum(${keyUsage.rows})::float8`,
  limited: sql<number>`sum(${keyUsage.limited})::float8`,
  failed: sql<number>`sum(${keyUsage.failed})::float8`,
}
