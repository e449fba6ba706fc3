import { and, eq, gte } from 'drizzle-orm'
import { mergeRollups, type Rollup } from '#core/monitor/rollup'
import type { Db } from '#db/client'
import { rollupHours } from '#db/schema/rollup-hours'
import { rollups } from '#db/schema/rollups'

/** Figures of one deployment, model version, release and kind of traffic that are not in the database yet. */
export type NewRollup = {
  deploymentId: string
  versionId: string
  minute: Date
  /** Number of the release that sent the traffic there. */
  release?: number
  test: boolean
  /** Copies of requests whose answers were discarded. */
  shadow?: boolean
  figures: Rollup
}

const minuteMs = 60_000
const hourMs = 3_600_000

/**
 * Adds figures to their minute and to their hour. Call it in the transaction that records the spool batch, so that a
 * batch that is sent twice counts once. Rows are taken in one fixed order, so that two gateways never lock each other out.
 */
export async function addRollups(tx: Db, added: readonly NewRollup[]): Promise<void> {
  for (const row of sumByKey(added, minuteMs)) await addTo(tx, rollups, row)
  for (const row of sumByKey(added, hourMs)) await addTo(tx, rollupHours, row)
}

/** The minutes since `since` of one deployment, or of all: what callers got, or with `shadow` only what shadows answered. */
export async function listRecentRollups(
  db: Db,
  { deploymentId, since, shadow = false }: { deploymentId?: string; since: Date; shadow?: boolean },
) {
  return db
    .select()
    .from(rollups)
    .where(
      and(
        gte(rollups.minute, since),
        deploymentId === undefined ? undefined : eq(rollups.deploymentId, deploymentId),
        eq(rollups.shadow, shadow),
      ),
    )
}

async function addTo(tx: Db, table: typeof rollups | typeof rollupHours, row: Required<NewRollup>): Promise<void> {
  const inserted = await tx.insert(table).values(row).onConflictDoNothing().returning({ minute: table.minute })
  if (inserted.length > 0) return
  const key = and(
    eq(table.deploymentId, row.deploymentId),
    eq(table.minute, row.minute),
    eq(table.versionId, row.versionId),
    eq(table.release, row.release),
    eq(table.test, row.test),
    eq(table.shadow, row.shadow),
  )
  const [old] = await tx.select({ figures: table.figures }).from(table).where(key).for('update')
  if (old)
    await tx
      .update(table)
      .set({ figures: mergeRollups(old.figures, row.figures) })
      .where(key)
}

/** One row per key of the table, in the order of the keys. */
function sumByKey(added: readonly NewRollup[], stepMs: number): Required<NewRollup>[] {
  const sums = new Map<string, Required<NewRollup>>()
  for (const { release = 0, shadow = false, ...row } of added) {
    const minute = new Date(Math.floor(row.minute.getTime() / stepMs) * stepMs)
    const key = `${row.deploymentId} ${minute.toISOString()} ${row.versionId} ${release} ${row.test} ${shadow}`
    const sum = sums.get(key)
    sums.set(key, { ...row, release, shadow, minute, figures: sum ? mergeRollups(sum.figures, row.figures) : row.figures })
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}
