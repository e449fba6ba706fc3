import { and, asc, desc, eq, gt, inArray, lt, ne, notInArray, type SQL, sql } from 'drizzle-orm'
import { AppError, type ErrorRecord } from '#core/errors/app-error'
import type { Graph } from '#core/graph/graph'
import type { RunScope } from '#core/runs/scope'
import { isFinal, type Status, statuses } from '#core/runs/status'
import type { Db } from '#db/client'
import { runs } from '#db/schema/runs'
import { stageRuns } from '#db/schema/stage-runs'
import { users } from '#db/schema/users'
import { workflowVersions } from '#db/schema/workflow-versions'
import { workflows } from '#db/schema/workflows'

const finalStatuses = statuses.filter(isFinal)

const counts = sql<Partial<Record<Status, number>>>`(
  select coalesce(jsonb_object_agg(s.status, s.n), '{}'::jsonb)
  from (select status, count(*)::int as n from stage_runs where run_id = ${runs.id} group by status) s)`

const runColumns = {
  id: runs.id,
  workflow: { id: workflows.id, name: workflows.name },
  version: { id: workflowVersions.id, number: workflowVersions.number },
  number: runs.number,
  status: runs.status,
  scope: runs.scope,
  overrides: runs.overrides,
  trigger: runs.trigger,
  startedBy: { id: users.id, name: users.name },
  error: runs.error,
  stages: counts,
  createdAt: runs.createdAt,
  startedAt: runs.startedAt,
  finishedAt: runs.finishedAt,
  revision: runs.revision,
}

function selectRuns(db: Db) {
  return db
    .select(runColumns)
    .from(runs)
    .innerJoin(workflows, eq(workflows.id, runs.workflowId))
    .innerJoin(workflowVersions, eq(workflowVersions.id, runs.versionId))
    .leftJoin(users, eq(users.id, runs.startedBy))
    .$dynamic()
}

export type RunRow = Awaited<ReturnType<typeof selectRuns>>[number]

/** One run with its workflow, version and stage counts. */
export async function findRun(db: Db, id: string): Promise<RunRow | null> {
  const [row] = await selectRuns(db).where(eq(runs.id, id))
  return row ?? null
}

export async function getRun(db: Db, id: string): Promise<RunRow> {
  const row = await findRun(db, id)
  if (!row) throw new AppError('not_found', { detail: 'There is no such run. It may have been removed with its workflow.' })
  return row
}

export type RunFilter = {
  workflowId?: string | undefined
  status?: readonly Status[] | undefined
  /** Only runs made before this one; for the next page. */
  before?: Date | undefined
  /** Only runs with a newer revision. */
  newerThan?: number | undefined
  limit: number
}

/** Newest first. */
export async function listRuns(db: Db, { workflowId, status, before, newerThan, limit }: RunFilter): Promise<RunRow[]> {
  return selectRuns(db)
    .where(
      and(
        workflowId ? eq(runs.workflowId, workflowId) : undefined,
        status?.length ? inArray(runs.status, [...status]) : undefined,
        before ? lt(runs.createdAt, before) : undefined,
        newerThan === undefined ? undefined : gt(runs.revision, newerThan),
      ),
    )
    .orderBy(desc(runs.createdAt))
    .limit(limit)
}

export type NewRun = {
  id: string
  workflowId: string
  versionId: string
  scope: RunScope
  overrides: Record<string, unknown>
  startedBy: string | null
  trigger: (typeof runs.$inferInsert)['trigger'] & string
  stages: readonly { stageId: string; type: string }[]
}

/** Adds a run with its stages, all queued. Numbers count up without gaps within a workflow: the workflow's row is the lock. */
export async function createRun(tx: Db, input: NewRun): Promise<{ number: number }> {
  await tx.execute(sql`select 1 from workflows where id = ${input.workflowId} for update`)
  const { stages, ...run } = input
  const [row] = await tx
    .insert(runs)
    .values({
      ...run,
      number: sql`(select coalesce(max(number), 0) + 1 from runs where workflow_id = ${input.workflowId})`,
      revision: sql`nextval('revisions')`,
    })
    .returning({ number: runs.number })
  if (!row) throw new Error('insert into runs returned nothing')
  await tx.insert(stageRuns).values(stages.map((stage) => ({ ...stage, runId: input.id, revision: sql`nextval('revisions')` })))
  await notifyRun(tx, input.id)
  return row
}

/** What the engine needs to interpret a run. */
export async function getRunPlan(db: Db, id: string) {
  const [row] = await db
    .select({
      id: runs.id,
      status: runs.status,
      scope: runs.scope,
      overrides: runs.overrides,
      workflowId: runs.workflowId,
      workflow: workflows.name,
      versionId: runs.versionId,
      graph: workflowVersions.graph,
    })
    .from(runs)
    .innerJoin(workflowVersions, eq(workflowVersions.id, runs.versionId))
    .innerJoin(workflows, eq(workflows.id, runs.workflowId))
    .where(eq(runs.id, id))
  if (!row) throw new AppError('not_found', { detail: 'There is no such run. It may have been removed with its workflow.' })
  return row
}

/** The newest version of a workflow, or the one asked for. */
export async function findGraph(
  db: Db,
  { workflowId, versionId }: { workflowId: string; versionId?: string | undefined },
): Promise<{ versionId: string; number: number; graph: Graph; workflow: string } | null> {
  const [row] = await db
    .select({ versionId: workflowVersions.id, number: workflowVersions.number, graph: workflowVersions.graph, workflow: workflows.name })
    .from(workflowVersions)
    .innerJoin(workflows, eq(workflows.id, workflowVersions.workflowId))
    .where(and(eq(workflowVersions.workflowId, workflowId), versionId ? eq(workflowVersions.id, versionId) : undefined))
    .orderBy(desc(workflowVersions.number))
    .limit(1)
  return row ?? null
}

/** Moves a run on to what its stages say; nothing happens when it is there already or over. */
export async function setRunStatus(
  db: Db,
  { id, status, error }: { id: string; status: Status; error?: ErrorRecord | null },
): Promise<boolean> {
  const set: SQL[] = [sql`status = ${status}`, sql`revision = nextval('revisions')`]
  if (status !== 'queued') set.push(sql`started_at = coalesce(started_at, now())`)
  if (isFinal(status)) set.push(sql`finished_at = now()`)
  if (error) set.push(sql`error = ${JSON.stringify(error)}::jsonb`)
  const { rows } = await db.execute(sql`
    with held as (select id as held_id from runs where id = ${id} for no key update),
    changed as (
      update runs set ${sql.join(set, sql`, `)}
      from held
      where id = held_id and status <> ${status} and status not in (${list(finalStatuses)})
      returning id)
    select pg_notify('run_changed', id::text) from changed`)
  return rows.length > 0
}

/** Ends a run and all its open stages at once; workers see it and kill what is under way. False when the run is over. */
export async function cancelRun(tx: Db, id: string): Promise<boolean> {
  await tx.execute(sql`select 1 from runs where id = ${id} for no key update`)
  const ended = await tx
    .update(runs)
    .set({ status: 'cancelled', cancelRequestedAt: sql`now()`, finishedAt: sql`now()`, revision: sql`nextval('revisions')` })
    .where(and(eq(runs.id, id), notInArray(runs.status, finalStatuses)))
    .returning({ id: runs.id })
  if (ended.length === 0) return false
  await tx
    .update(stageRuns)
    .set({ status: 'cancelled', finishedAt: sql`now()`, progress: null, revision: sql`nextval('revisions')` })
    .where(and(eq(stageRuns.runId, id), notInArray(stageRuns.status, finalStatuses)))
  await tx.execute(sql`select pg_notify('run_cancelled', ${id})`)
  await notifyRun(tx, id)
  return true
}

/** Seconds that each stage of a workflow took when it last worked, by stage id. */
export async function stageSeconds(db: Db, workflowId: string): Promise<Map<string, number>> {
  const rows = await db
    .selectDistinctOn([stageRuns.stageId], { stage: stageRuns.stageId, ms: stageRuns.durationMs })
    .from(stageRuns)
    .innerJoin(runs, eq(runs.id, stageRuns.runId))
    .where(and(eq(runs.workflowId, workflowId), inArray(stageRuns.status, ['done', 'cached']), ne(stageRuns.durationMs, -1)))
    .orderBy(asc(stageRuns.stageId), desc(stageRuns.finishedAt))
  return new Map(rows.flatMap(({ stage, ms }) => (ms === null ? [] : [[stage, ms / 1000]])))
}

/** Tells live views that something about a run changed. */
export async function notifyRun(db: Db, id: string): Promise<void> {
  await db.execute(sql`select pg_notify('run_changed', ${id})`)
}

function list(values: readonly string[]): SQL {
  return sql.join(
    values.map((value) => sql`${value}`),
    sql`, `,
  )
}
