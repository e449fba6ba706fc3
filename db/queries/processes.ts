import { and, asc, eq, gt, lt, sql } from 'drizzle-orm'
import type { Db } from '#db/client'
import { processes } from '#db/schema/processes'

export type ProcessKind = (typeof processes.$inferSelect)['kind']
export type ProcessRow = typeof processes.$inferSelect
export type NewProcess = Pick<ProcessRow, 'id' | 'kind' | 'pid' | 'host'> & { url?: string; info?: Record<string, unknown> }

/** Announces one boot of a process. All times are the database's, so that machines with wrong clocks agree. */
export async function registerProcess(db: Db, { id, kind, pid, host, url, info }: NewProcess): Promise<void> {
  await db.insert(processes).values({ id, kind, pid, host, url: url ?? null, info: info ?? {}, startedAt: sql`now()`, seenAt: sql`now()` })
}

/** Renews the lease. False: the row is gone, somebody took this process for dead; it must not go on as if nothing had happened. */
export async function heartbeat(db: Db, id: string, info?: Record<string, unknown>): Promise<boolean> {
  const rows = await db
    .update(processes)
    .set({ seenAt: sql`now()`, ...(info ? { info } : {}) })
    .where(eq(processes.id, id))
    .returning({ id: processes.id })
  return rows.length > 0
}

/** Processes whose lease is younger than `aliveMs`, oldest first. */
export async function listAlive(db: Db, { kind, aliveMs }: { kind?: ProcessKind; aliveMs: number }): Promise<ProcessRow[]> {
  const young = gt(processes.seenAt, sql`now() - ${aliveMs} * interval '1 millisecond'`)
  return db
    .select()
    .from(processes)
    .where(kind ? and(young, eq(processes.kind, kind)) : young)
    .orderBy(asc(processes.startedAt))
}

/** Processes that stopped renewing their lease at least `silentMs` ago. */
export async function listSilent(db: Db, { kind, silentMs }: { kind?: ProcessKind; silentMs: number }): Promise<ProcessRow[]> {
  const old = lt(processes.seenAt, sql`now() - ${silentMs} * interval '1 millisecond'`)
  return db
    .select()
    .from(processes)
    .where(kind ? and(old, eq(processes.kind, kind)) : old)
    .orderBy(asc(processes.startedAt))
}

/** Forgets a process that ended in order, or whose work was taken over. */
export async function removeProcess(db: Db, id: string): Promise<void> {
  await db.delete(processes).where(eq(processes.id, id))
}
