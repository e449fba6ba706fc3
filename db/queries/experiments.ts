import { and, desc, eq, inArray, isNotNull, notInArray, or, type SQL, sql } from 'drizzle-orm'
import { allReportKinds, type MetricKey, reportKinds } from '#core/experiments/metric'
import { type ExperimentFilter, type ExperimentOrder, experimentStates } from '#core/experiments/views'
import type { ReportValue } from '#core/ports/kinds'
import { isBaselineFigure } from '#core/reports/baselines'
import { isGood, statuses } from '#core/runs/status'
import type { Db } from '#db/client'
import { experimentNotes } from '#db/schema/experiment-notes'
import { runs } from '#db/schema/runs'
import { stageRuns } from '#db/schema/stage-runs'
import { users } from '#db/schema/users'
import { workflowVersions } from '#db/schema/workflow-versions'
import { workflows } from '#db/schema/workflows'

/** Experiments are stage runs of stages that make a model: `types` are theirs. */
type Of = { types: readonly string[] }

const good = statuses.filter(isGood)
/** Metrics and choices are looked for in so many of the newest; more would be slow, and would hardly name others. */
const newestLookedAt = 300

/** The stages of the same run that read the model. */
const readers = sql`(
  select split_part(edge ->> 'to', '.', 1) from jsonb_array_elements(${workflowVersions.graph} -> 'edges') edge
  where edge ->> 'from' = ${stageRuns.stageId} || '.model')`

const reportsBeside = (kinds: readonly string[]) => sql`
  stage_runs o cross join jsonb_each(o.outputs) as out(port, value)
  where o.run_id = ${stageRuns.runId} and (o.id = ${stageRuns.id} or o.stage_id in ${readers})
    and out.value ->> 'kind' = 'report' and out.value ->> 'report' in (${list(kinds)})`

/** As the recipe says, or the type of the stage while there is none. */
const estimatorKind = sql<string>`coalesce(${stageRuns.outputs} -> 'model' -> 'recipe' -> 'estimator' ->> 'kind', ${stageRuns.type})`

const columns = {
  id: stageRuns.id,
  run: { id: runs.id, number: runs.number, status: runs.status },
  workflow: { id: workflows.id, name: workflows.name },
  version: workflowVersions.number,
  stage: stageRuns.stageId,
  type: stageRuns.type,
  status: stageRuns.status,
  startedBy: { id: users.id, name: users.name },
  trigger: runs.trigger,
  at: runs.createdAt,
  durationMs: stageRuns.durationMs,
  startedAt: stageRuns.startedAt,
  figure: stageRuns.figure,
  error: stageRuns.error,
  overrides: runs.overrides,
  /** The model on the port, as it was stored. */
  model: sql<unknown>`${stageRuns.outputs} -> 'model'`,
  /** The stage in the graph that was run. */
  inGraph: sql<{ title?: string; params?: Record<string, unknown> } | null>`(
    select stage from jsonb_array_elements(${workflowVersions.graph} -> 'stages') stage where stage ->> 'id' = ${stageRuns.stageId} limit 1)`,
  reports: sql<{ stage: string; value: ReportValue }[]>`(
    select coalesce(jsonb_agg(jsonb_build_object('stage', o.stage_id, 'value', out.value) order by o.stage_id), '[]')
    from ${reportsBeside(allReportKinds)})`,
  tags: experimentNotes.tags,
  note: experimentNotes.note,
  pinned: experimentNotes.pinned,
}

function selectExperiments(db: Db) {
  return db
    .select(columns)
    .from(stageRuns)
    .innerJoin(runs, eq(runs.id, stageRuns.runId))
    .innerJoin(workflows, eq(workflows.id, runs.workflowId))
    .innerJoin(workflowVersions, eq(workflowVersions.id, runs.versionId))
    .leftJoin(users, eq(users.id, runs.startedBy))
    .leftJoin(experimentNotes, eq(experimentNotes.stageRunId, stageRuns.id))
    .$dynamic()
}

export type ExperimentRow = Awaited<ReturnType<typeof selectExperiments>>[number]

export type ExperimentPage = Of & { filter: ExperimentFilter; order: ExperimentOrder; offset: number; limit: number }

/** Pinned ones first, then in order; those without the metric last. */
export async function listExperiments(db: Db, { types, filter, order, offset, limit }: ExperimentPage): Promise<ExperimentRow[]> {
  const by = order.by === 'when' ? sql`${runs.createdAt}` : order.by === 'took' ? sql`${stageRuns.durationMs}` : metricValue(order.by)
  return selectExperiments(db)
    .where(whereOf(types, filter))
    .orderBy(
      sql`coalesce(${experimentNotes.pinned}, false) desc`,
      order.direction === 'ascending' ? sql`${by} asc nulls last` : sql`${by} desc nulls last`,
      desc(runs.createdAt),
      stageRuns.stageId,
      stageRuns.id,
    )
    .limit(limit)
    .offset(offset)
}

export async function countExperiments(db: Db, { types, filter }: Of & { filter: ExperimentFilter }): Promise<number> {
  const [row] = await db
    .select({ count: sql<number>`count(*)::int` })
    .from(stageRuns)
    .innerJoin(runs, eq(runs.id, stageRuns.runId))
    .innerJoin(workflows, eq(workflows.id, runs.workflowId))
    .innerJoin(workflowVersions, eq(workflowVersions.id, runs.versionId))
    .leftJoin(experimentNotes, eq(experimentNotes.stageRunId, stageRuns.id))
    .where(whereOf(types, filter))
  return row?.count ?? 0
}

/** Those of the ids that are experiments, in no order. */
export async function listExperimentsById(db: Db, { types, ids }: Of & { ids: readonly string[] }): Promise<ExperimentRow[]> {
  if (ids.length === 0) return []
  return selectExperiments(db).where(and(inArray(stageRuns.type, [...types]), inArray(stageRuns.id, [...ids])))
}

/** The metrics that the newest experiments of a workflow, or of all, have, with how many have each; the most frequent first. */
export async function listExperimentMetrics(db: Db, { types, workflowId }: Of & { workflowId?: string | undefined }) {
  const { rows } = await db.execute<{ report: string; name: string; better: 'higher' | 'lower' | null; experiments: number }>(sql`
    select found.report, found.name, min(found.better) as better, count(distinct found.id)::int as experiments
    from (
      select ${stageRuns.id} as id, ${stageRuns.runId} as run_id, ${stageRuns.stageId} as stage_id, ${workflowVersions.graph} as graph
      from stage_runs join runs on ${runs.id} = ${stageRuns.runId} join workflow_versions on ${workflowVersions.id} = ${runs.versionId}
      where ${and(inArray(stageRuns.type, [...types]), inArray(stageRuns.status, good), workflowId ? eq(runs.workflowId, workflowId) : undefined)}
      order by ${runs.createdAt} desc limit ${newestLookedAt}
    ) experiment
    cross join lateral (
      select experiment.id, out.value ->> 'report' as report, measure ->> 'name' as name, measure ->> 'better' as better
      from stage_runs o cross join jsonb_each(o.outputs) as out(port, value) cross join jsonb_array_elements(out.value -> 'figures') measure
      where o.run_id = experiment.run_id and out.value ->> 'kind' = 'report' and out.value ->> 'report' in (${list(allReportKinds)})
        and (o.id = experiment.id or o.stage_id in (
          select split_part(edge ->> 'to', '.', 1) from jsonb_array_elements(experiment.graph -> 'edges') edge
          where edge ->> 'from' = experiment.stage_id || '.model'))
    ) found
    group by found.report, found.name order by experiments desc, min(found.name)`)
  return rows.filter((row) => !isBaselineFigure(row))
}

/** What experiments may be filtered by. */
export async function listExperimentChoices(db: Db, { types }: Of) {
  const isExperiment = inArray(stageRuns.type, [...types])
  const [kinds, tags, used] = await Promise.all([
    db.selectDistinct({ kind: estimatorKind }).from(stageRuns).where(isExperiment),
    db.selectDistinct({ tag: sql<string>`unnest(${experimentNotes.tags})` }).from(experimentNotes),
    db
      .selectDistinct({ id: workflows.id, name: workflows.name })
      .from(stageRuns)
      .innerJoin(runs, eq(runs.id, stageRuns.runId))
      .innerJoin(workflows, eq(workflows.id, runs.workflowId))
      .where(isExperiment)
      .orderBy(workflows.name),
  ])
  return { kinds: kinds.map(({ kind }) => kind).sort(), tags: tags.map(({ tag }) => tag).sort(), workflows: used }
}

function whereOf(types: readonly string[], { workflowId, estimator, tag, state, search, repeats }: ExperimentFilter): SQL | undefined {
  return and(
    inArray(stageRuns.type, [...types]),
    notInArray(stageRuns.status, ['queued', 'skipped']),
    // Cancelled before it began: nothing was trained.
    or(isNotNull(stageRuns.startedAt), inArray(stageRuns.status, good)),
    workflowId ? eq(runs.workflowId, workflowId) : undefined,
    estimator ? sql`${estimatorKind} = ${estimator}` : undefined,
    tag ? sql`${tag} = any(${experimentNotes.tags})` : undefined,
    state ? inArray(stageRuns.status, [...experimentStates[state]]) : undefined,
    search ? contains(search) : undefined,
    repeats ? undefined : isNewestOfItsKind,
  )
}

/**
 * A training that a later run took from the cache is one experiment, told by the later run: that one has what was measured
 * since. A run of only some stages counts as later only against its like, for it may have measured less.
 */
const isNewestOfItsKind = sql`(${experimentNotes.stageRunId} is not null or ${stageRuns.key} is null or ${stageRuns.status} not in ('done', 'cached')
  or not exists (
    select 1 from stage_runs later join runs later_run on later_run.id = later.run_id
    where later.key = ${stageRuns.key} and later.id <> ${stageRuns.id} and later.stage_id = ${stageRuns.stageId}
      and later.status in ('done', 'cached') and later_run.workflow_id = ${runs.workflowId} and later_run.number > ${runs.number}
      and (later_run.scope = ${runs.scope} or later_run.scope ->> 'kind' = 'all')))`

function contains(search: string): SQL {
  const like = `%${search.replaceAll(/[%_\\]/g, '\\$&')}%`
  const texts = [
    sql`${workflows.name}`,
    sql`${stageRuns.stageId}`,
    sql`${stageRuns.type}`,
    sql`${experimentNotes.note}`,
    sql`array_to_string(${experimentNotes.tags}, ',')`,
    sql`(${stageRuns.outputs} -> 'model' -> 'recipe' ->> 'estimator')`,
    sql`(select stage ->> 'title' from jsonb_array_elements(${workflowVersions.graph} -> 'stages') stage where stage ->> 'id' = ${stageRuns.stageId} limit 1)`,
  ]
  return sql`(${sql.join(
    texts.map((text) => sql`${text} ilike ${like}`),
    sql` or `,
  )})`
}

/** The value of one metric, the same that core/experiments/metric picks. */
function metricValue({ source, name }: MetricKey): SQL {
  return sql`(
    select (measure ->> 'value')::double precision
    from (select o.stage_id, out.value from ${reportsBeside(reportKinds(source))}) found
    cross join jsonb_array_elements(found.value -> 'figures') measure
    where measure ->> 'name' = ${name} and measure ->> 'value' is not null order by found.stage_id limit 1)`
}

function list(values: readonly string[]): SQL {
  return sql.join(
    values.map((value) => sql`${value}`),
    sql`, `,
  )
}
