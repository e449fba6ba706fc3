import { and, asc, eq, gt } from 'drizzle-orm'
import type { Db } from '#db/client'
import { stageLogs } from '#db/schema/stage-logs'

export type NewLogLine = { stageRunId: string; level: 'info' | 'warn' | 'error'; text: string; at: Date }

/** Adds what stages said, in order. */
export async function addStageLogs(db: Db, lines: readonly NewLogLine[]): Promise<void> {
  if (lines.length > 0) await db.insert(stageLogs).values([...lines])
}

/** Oldest first; `after` is the id of the last line that is known. */
export async function listStageLogs(db: Db, { stageRunId, after = 0, limit }: { stageRunId: string; after?: number; limit: number }) {
  return db
    .select({ id: stageLogs.id, level: stageLogs.level, text: stageLogs.text, at: stageLogs.at })
    .from(stageLogs)
    .where(and(eq(stageLogs.stageRunId, stageRunId), gt(stageLogs.id, after)))
    .orderBy(asc(stageLogs.id))
    .limit(limit)
}
