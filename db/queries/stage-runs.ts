import { and, asc, desc, eq, gt, inArray, type SQL, sql } from 'drizzle-orm'
import { AppError, type ErrorRecord } from '#core/errors/app-error'
import { isFinal, nextStatus, type StatusEvent, statusesBefore } from '#core/runs/status'
import type { Outputs } from '#core/runs/views'
import type { Db } from '#db/client'
import { runs } from '#db/schema/runs'
import { type StageProgress, stageRuns } from '#db/schema/stage-runs'

export type StageRunRow = typeof stageRuns.$inferSelect

/** Stages of a run; with `newerThan` only those that changed since that revision. */
export async function listStageRuns(db: Db, { runId, newerThan = 0 }: { runId: string; newerThan?: number }): Promise<StageRunRow[]> {
  return db
    .select()
    .from(stageRuns)
    .where(and(eq(stageRuns.runId, runId), gt(stageRuns.revision, newerThan)))
    .orderBy(asc(stageRuns.stageId))
}

export async function getStageRun(db: Db, { runId, stageId }: { runId: string; stageId: string }): Promise<StageRunRow> {
  const [row] = await db
    .select()
    .from(stageRuns)
    .where(and(eq(stageRuns.runId, runId), eq(stageRuns.stageId, stageId)))
  if (!row) throw new AppError('not_found', { detail: `The run has no stage "${stageId}".` })
  return row
}

export async function getStageRunById(db: Db, id: string): Promise<StageRunRow> {
  const [row] = await db.select().from(stageRuns).where(eq(stageRuns.id, id))
  if (!row) throw new AppError('not_found', { detail: 'There is no such stage run.' })
  return row
}

export type StageChange = {
  key?: string
  study?: string
  /** Counts one more try. */
  attempt?: 'next'
  worker?: string
  outputs?: Outputs
  figure?: { value: number | string; label: string } | null
  error?: ErrorRecord
  durationMs?: number
}

/**
 * Takes one step of a stage's life as one guarded statement: false when the event no longer applies, because the stage
 * was cancelled or another worker was first. The run's row is locked first, so that revisions become visible in order
 * and no live view can miss one.
 */
export async function advanceStage(
  db: Db,
  {
    runId,
    stageId,
    event,
    change = {},
    heldBy,
  }: {
    runId: string
    stageId: string
    event: StatusEvent
    change?: StageChange
    /** Only if this worker still holds the stage. */
    heldBy?: string
  },
): Promise<boolean> {
  const [before] = statusesBefore(event)
  const status = before && nextStatus(before, event)
  if (!status) throw new Error(`no status may take the event ${event}`)
  const set: SQL[] = [sql`status = ${status}`, sql`revision = nextval('revisions')`]
  // A search has worked since it began, on its trials; what starts at its end is the rest of it.
  const startedAt = sql`case when study is null then now() else coalesce(started_at, now()) end`
  if (event === 'start') set.push(sql`started_at = ${startedAt}`, sql`progress = null`, sql`error = null`)
  if (isFinal(status)) set.push(sql`finished_at = now()`, sql`progress = null`)
  if (change.key !== undefined) set.push(sql`key = ${change.key}`)
  if (change.study !== undefined) set.push(sql`study = ${change.study}`)
  if (change.attempt) set.push(sql`attempt = attempt + 1`)
  if (change.worker !== undefined) set.push(sql`worker = ${change.worker}`)
  if (change.outputs) set.push(sql`outputs = ${JSON.stringify(change.outputs)}::jsonb`)
  if (change.figure) set.push(sql`figure = ${JSON.stringify(change.figure)}::jsonb`)
  if (change.error) set.push(sql`error = ${JSON.stringify(change.error)}::jsonb`)
  if (change.durationMs !== undefined) set.push(sql`duration_ms = ${change.durationMs}`)
  const from = sql.join(
    statusesBefore(event).map((s) => sql`${s}`),
    sql`, `,
  )
  const { rows } = await db.execute(sql`
    with run as (select id from runs where id = ${runId} for no key update),
    changed as (
      update stage_runs set ${sql.join(set, sql`, `)}
      from run
      where stage_runs.run_id = run.id and stage_runs.stage_id = ${stageId} and stage_runs.status in (${from})${heldBy === undefined ? sql`` : sql` and stage_runs.worker = ${heldBy}`}
      returning stage_runs.run_id)
    select pg_notify('run_changed', run_id::text) from changed`)
  return rows.length > 0
}

/** Says how far a running stage is; ignored once it no longer runs. */
export async function setStageProgress(
  db: Db,
  {
    runId,
    stageId,
    progress,
    figure,
  }: { runId: string; stageId: string; progress?: StageProgress; figure?: { value: number | string; label: string } },
): Promise<void> {
  const set: SQL[] = [sql`revision = nextval('revisions')`]
  if (progress) set.push(sql`progress = ${JSON.stringify(progress)}::jsonb`)
  if (figure) set.push(sql`figure = ${JSON.stringify(figure)}::jsonb`)
  await db.execute(sql`
    with run as (select id from runs where id = ${runId} for no key update),
    changed as (
      update stage_runs set ${sql.join(set, sql`, `)}
      from run
      where stage_runs.run_id = run.id and stage_runs.stage_id = ${stageId} and stage_runs.status in ('running', 'waiting')
      returning stage_runs.run_id)
    select pg_notify('run_changed', run_id::text) from changed`)
}

/** Which of these stage runs were cancelled meanwhile. */
export async function listCancelled(db: Db, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await db
    .select({ id: stageRuns.id })
    .from(stageRuns)
    .where(and(inArray(stageRuns.id, [...ids]), eq(stageRuns.status, 'cancelled')))
  return rows.map((row) => row.id)
}

/** Per stage of a workflow the newest outputs that may be used. */
export async function listLatestOutputs(db: Db, workflowId: string) {
  return db
    .selectDistinctOn([stageRuns.stageId], {
      stage: stageRuns.stageId,
      stageRunId: stageRuns.id,
      runId: runs.id,
      runNumber: runs.number,
      status: stageRuns.status,
      outputs: stageRuns.outputs,
      figure: stageRuns.figure,
      durationMs: stageRuns.durationMs,
      finishedAt: stageRuns.finishedAt,
    })
    .from(stageRuns)
    .innerJoin(runs, eq(runs.id, stageRuns.runId))
    .where(and(eq(runs.workflowId, workflowId), inArray(stageRuns.status, ['done', 'cached'])))
    .orderBy(asc(stageRuns.stageId), desc(runs.number))
}
