import { desc, eq, inArray, sql } from 'drizzle-orm'
import type { FigureView, Outputs } from '#core/runs/views'
import type { Db } from '#db/client'
import { cacheEntries } from '#db/schema/cache-entries'
import { runs } from '#db/schema/runs'
import { stageRuns } from '#db/schema/stage-runs'

export type CacheEntry = typeof cacheEntries.$inferSelect

/** Entries by key; keys without one are left out. */
export async function findCacheEntries(db: Db, keys: readonly string[]): Promise<Map<string, CacheEntry>> {
  if (keys.length === 0) return new Map()
  const rows = await db
    .select()
    .from(cacheEntries)
    .where(inArray(cacheEntries.key, [...keys]))
  return new Map(rows.map((row) => [row.key, row]))
}

/** Entries that the newest runs of a workflow used or made: with them most forecasts need no second query. */
export async function findCacheEntriesOf(db: Db, workflowId: string): Promise<Map<string, CacheEntry>> {
  const recent = db
    .select({ id: runs.id })
    .from(runs)
    .where(eq(runs.workflowId, workflowId))
    .orderBy(desc(runs.number))
    .limit(5)
    .as('recent')
  const keys = db.select({ key: stageRuns.key }).from(stageRuns).innerJoin(recent, eq(recent.id, stageRuns.runId))
  const rows = await db.select().from(cacheEntries).where(inArray(cacheEntries.key, keys))
  return new Map(rows.map((row) => [row.key, row]))
}

/** Keeps what a stage made; a later result for the same key replaces it. */
export async function putCacheEntry(
  db: Db,
  entry: { key: string; outputs: Outputs; figure: FigureView | null; durationMs: number },
): Promise<void> {
  await db
    .insert(cacheEntries)
    .values(entry)
    .onConflictDoUpdate({
      target: cacheEntries.key,
      set: { outputs: entry.outputs, figure: entry.figure, durationMs: entry.durationMs, usedAt: sql`now()` },
    })
}

/** Notes that entries were used, so that a clean-up can tell old from useful. */
export async function touchCacheEntries(db: Db, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await db
    .update(cacheEntries)
    .set({ usedAt: sql`now()` })
    .where(inArray(cacheEntries.key, [...keys]))
}
