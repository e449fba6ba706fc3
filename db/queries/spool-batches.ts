import { and, eq, lt } from 'drizzle-orm'
import type { Db } from '#db/client'
import { spoolBatches } from '#db/schema/spool-batches'

/**
 * Remembers that the first `lines` lines of a batch are in the database, and returns how many were there before: 0 for a new
 * batch, null when all of it was. First statement of the batch's transaction; a second one waits until the first has ended.
 */
export async function claimSpoolBatch(tx: Db, { id, lines }: { id: string; lines: number }): Promise<number | null> {
  const made = await tx.insert(spoolBatches).values({ id, lines }).onConflictDoNothing().returning({ id: spoolBatches.id })
  if (made.length > 0) return 0
  const [known] = await tx.select({ lines: spoolBatches.lines }).from(spoolBatches).where(eq(spoolBatches.id, id)).for('update')
  if (!known || known.lines === null || known.lines >= lines) return null
  await tx
    .update(spoolBatches)
    .set({ lines })
    .where(and(eq(spoolBatches.id, id), lt(spoolBatches.lines, lines)))
  return known.lines
}

/** Forgets batches whose files are long gone. */
export async function pruneSpoolBatches(db: Db, before: Date): Promise<void> {
  await db.delete(spoolBatches).where(lt(spoolBatches.at, before))
}
