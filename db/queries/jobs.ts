import { and, desc, eq, notInArray, type SQL, sql } from 'drizzle-orm'
import { AppError, type ErrorRecord } from '#core/errors/app-error'
import { isFinal, nextStatus, type StatusEvent, statuses, statusesBefore } from '#core/runs/status'
import type { Db } from '#db/client'
import { jobs } from '#db/schema/jobs'

export type JobRow = typeof jobs.$inferSelect
export type JobKind = JobRow['kind']

const finalStatuses = statuses.filter(isFinal)

export async function createJob(
  tx: Db,
  input: { id: string; kind: JobKind; subject: string; input: Record<string, unknown>; createdBy: string | null },
): Promise<JobRow> {
  const [row] = await tx.insert(jobs).values(input).returning()
  if (!row) throw new Error('insert into jobs returned nothing')
  return row
}

export async function findJob(db: Db, id: string): Promise<JobRow | null> {
  const [row] = await db.select().from(jobs).where(eq(jobs.id, id))
  return row ?? null
}

export async function getJob(db: Db, id: string): Promise<JobRow> {
  const row = await findJob(db, id)
  if (!row) throw new AppError('not_found', { detail: 'There is no such job.' })
  return row
}

/** Newest first. */
export async function listJobs(
  db: Db,
  { kind, subject, open, limit }: { kind?: JobKind | undefined; subject?: string | undefined; open?: boolean | undefined; limit: number },
): Promise<JobRow[]> {
  return db
    .select()
    .from(jobs)
    .where(
      and(
        kind ? eq(jobs.kind, kind) : undefined,
        subject ? eq(jobs.subject, subject) : undefined,
        open ? notInArray(jobs.status, finalStatuses) : undefined,
      ),
    )
    .orderBy(desc(jobs.createdAt))
    .limit(limit)
}

/** Takes one step of a job's life as one guarded statement; false when the event no longer applies. */
export async function advanceJob(
  db: Db,
  { id, event, result, error }: { id: string; event: StatusEvent; result?: Record<string, unknown>; error?: ErrorRecord },
): Promise<boolean> {
  const [before] = statusesBefore(event)
  const status = before && nextStatus(before, event)
  if (!status) throw new Error(`no status may take the event ${event}`)
  const set: SQL[] = [sql`status = ${status}`]
  if (isFinal(status)) set.push(sql`finished_at = now()`)
  if (result) set.push(sql`result = ${JSON.stringify(result)}::jsonb`)
  if (error) set.push(sql`error = ${JSON.stringify(error)}::jsonb`)
  const from = sql.join(
    statusesBefore(event).map((s) => sql`${s}`),
    sql`, `,
  )
  const channel = event === 'cancel' ? sql`, pg_notify('job_cancelled', id::text)` : sql``
  const { rows } = await db.execute(sql`
    with changed as (update jobs set ${sql.join(set, sql`, `)} where id = ${id} and status in (${from}) returning id)
    select pg_notify('job_changed', id::text)${channel} from changed`)
  return rows.length > 0
}

/** Says how far a running job is; ignored once it no longer runs. */
export async function setJobProgress(db: Db, id: string, progress: { done: number; total: number; doing?: string }): Promise<void> {
  await db.execute(sql`
    with changed as (
      update jobs set progress = ${JSON.stringify(progress)}::jsonb where id = ${id} and status = 'running' returning id)
    select pg_notify('job_changed', id::text) from changed`)
}
