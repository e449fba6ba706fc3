import { lt, sql } from 'drizzle-orm'
import type { Db } from '#db/client'
import type { predictions } from '#db/schema/predictions'
import { spoolBatches } from '#db/schema/spool-batches'

export type NewPrediction = typeof predictions.$inferInsert

/** Remembers a batch of the spool; false when it is already in the database. First statement of the batch's transaction. */
export async function claimSpoolBatch(tx: Db, id: string): Promise<boolean> {
  const rows = await tx.insert(spoolBatches).values({ id }).onConflictDoNothing().returning({ id: spoolBatches.id })
  return rows.length > 0
}

/** Forgets batches whose files are long gone. */
export async function pruneSpoolBatches(db: Db, before: Date): Promise<void> {
  await db.delete(spoolBatches).where(lt(spoolBatches.at, before))
}

/** Writes many predictions in one statement: they travel as one JSON text, which Postgres takes apart faster than ten thousand parameters. */
export async function createPredictions(tx: Db, rows: readonly NewPrediction[]): Promise<void> {
  if (rows.length === 0) return
  const json = JSON.stringify(rows.map((row) => ({ ...row, at: row.at.toISOString() })))
  await tx.execute(sql`
    insert into predictions (id, deployment_id, version_id, release, at, input, label, confidence, value, latency_ms, test)
    select id, "deploymentId", "versionId", release, at, input, label, confidence, value, "latencyMs", test
    from jsonb_to_recordset(${json}::jsonb) as row(
      id text, "deploymentId" uuid, "versionId" uuid, release int, at timestamptz, input jsonb,
      label text, confidence real, value double precision, "latencyMs" real, test boolean)
    on conflict (id) do nothing`)
}
