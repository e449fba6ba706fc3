import { tracked } from '@trpc/server'
import { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import { graphSchema } from '#core/graph/graph'
import { searchReportSchema } from '#core/reports/search'
import { compareRuns, stageComparisonSchema } from '#core/runs/compare'
import { runScopeSchema } from '#core/runs/scope'
import { statuses } from '#core/runs/status'
import { forecastSchema, latestStageSchema, runDetailsSchema, runViewSchema, stageLogSchema } from '#core/runs/views'
import { findGraph, getRun, getRunPlan, listRuns } from '#db/queries/runs'
import { listStageLogs } from '#db/queries/stage-logs'
import { listLatestOutputs } from '#db/queries/stage-runs'
import { analystProcedure, router, viewerProcedure } from '#server/api/trpc'
import { forecast } from '#server/engine/forecast'
import { readSearch } from '#server/engine/read-search'
import { readRun, toRunView } from '#server/engine/run-views'
import { withOverrides } from '#server/engine/stage-work'
import { startRun } from '#server/engine/start-run'
import { stopRun } from '#server/engine/stop-run'
import { watchRun, watchRuns } from '#server/engine/watch-runs'
import type { House } from '#server/house'
import { findSpec } from '#stages/specs'

const id = z.uuid('This is not the id of a run.')
const workflowId = z.uuid('This is not the id of a workflow.')
const lastEventId = z.string().regex(/^\d+$/).nullish()

/** Runs: start, follow, stop, look back, compare. */
export const runsRouter = router({
  start: analystProcedure
    .input(
      z.object({
        workflowId,
        /** The newest version when absent. */
        versionId: z.uuid().optional(),
        scope: runScopeSchema.default({ kind: 'all' }),
        /** `stage.param` -> value, for this run only. */
        overrides: z.record(z.string(), z.unknown()).default({}),
      }),
    )
    .output(z.object({ id: z.string(), number: z.int() }))
    .mutation(({ ctx, input }) =>
      startRun(ctx.house, findSpec, { ...input, actor: ctx.actor, startedBy: ctx.actor.id, trigger: 'person' }),
    ),

  /** Ends the run and all its open stages at once; false when it was over already. */
  cancel: analystProcedure
    .input(z.object({ id }))
    .output(z.object({ cancelled: z.boolean() }))
    .mutation(async ({ ctx, input }) => ({ cancelled: await stopRun(ctx.house, input.id, ctx.actor) })),

  get: viewerProcedure
    .input(z.object({ id }))
    .output(runDetailsSchema)
    .query(({ ctx, input }) => readRun(ctx.house.db, input.id)),

  list: viewerProcedure
    .input(
      z.object({
        workflowId: workflowId.optional(),
        status: z.array(z.enum(statuses)).optional(),
        /** Creation time of the last run of the page before. */
        cursor: z.date().nullish(),
        limit: z.int().min(1).max(200).default(50),
      }),
    )
    .output(z.object({ runs: z.array(runViewSchema), nextCursor: z.date().nullable() }))
    .query(async ({ ctx, input }) => {
      const { cursor, limit, ...filter } = input
      const rows = await listRuns(ctx.house.db, { ...filter, limit, before: cursor ?? undefined })
      return { runs: rows.map(toRunView), nextCursor: rows.length === limit ? (rows.at(-1)?.createdAt ?? null) : null }
    }),

  /** The run and the stages that changed since the last message, as it happens; ends with the run. */
  watch: viewerProcedure.input(z.object({ id, lastEventId })).subscription(async function* ({ ctx, input, signal }) {
    await getRun(ctx.house.db, input.id)
    for await (const change of watchRun(ctx.house, input.id, Number(input.lastEventId ?? 0), signal ?? new AbortController().signal)) {
      yield tracked(String(change.run.revision), change)
    }
  }),

  /** Runs that start, move on or end, of one workflow or of all; begins with what changed since `lastEventId`, or with nothing. */
  watchAll: viewerProcedure.input(z.object({ workflowId: workflowId.optional(), lastEventId })).subscription(async function* ({
    ctx,
    input,
    signal,
  }) {
    const since = input.lastEventId ? Number(input.lastEventId) : await newestRevision(ctx.house, input.workflowId)
    for await (const run of watchRuns(ctx.house, input.workflowId, since, signal ?? new AbortController().signal)) {
      yield tracked(String(run.revision), run)
    }
  }),

  /** What a stage said while it ran; `after` is the id of the last line that is known. */
  logs: viewerProcedure
    .input(z.object({ stageRunId: z.uuid(), after: z.int().min(0).default(0), limit: z.int().min(1).max(2000).default(500) }))
    .output(z.array(stageLogSchema))
    .query(({ ctx, input }) => listStageLogs(ctx.house.db, input)),

  /** What the search of a stage has found so far; null for a stage that does not search, or has not begun. */
  search: viewerProcedure
    .input(z.object({ stageRunId: z.uuid() }))
    .output(searchReportSchema.nullable())
    .query(({ ctx, input }) => readSearch(ctx.house.db, findSpec, input.stageRunId)),

  /** What a run would do now, before it is started: which stages must work, which are cached, and how long it may take. */
  forecast: viewerProcedure
    .input(
      z.object({
        workflowId: workflowId.optional(),
        /** Instead of the saved version: what is on the canvas. */
        graph: graphSchema.optional(),
        scope: runScopeSchema.default({ kind: 'all' }),
        overrides: z.record(z.string(), z.unknown()).default({}),
      }),
    )
    .output(forecastSchema)
    .query(async ({ ctx, input }) => {
      const { db, artifacts, env } = ctx.house
      const graph = input.graph ?? (input.workflowId && (await findGraph(db, { workflowId: input.workflowId }))?.graph)
      if (!graph) throw new AppError('not_found', { detail: 'There is no such workflow.' })
      return forecast({
        db,
        artifacts,
        findSpec,
        graph: withOverrides(graph, input.overrides),
        scope: input.scope,
        workflowId: input.workflowId ?? null,
        concurrency: env.STAGELINE_CONCURRENCY,
      })
    }),

  /** Per stage the newest outputs that are there: what the ports of the canvas show. */
  latest: viewerProcedure
    .input(z.object({ workflowId }))
    .output(z.array(latestStageSchema))
    .query(async ({ ctx, input }) =>
      (await listLatestOutputs(ctx.house.db, input.workflowId)).map((row) => ({ ...row, outputs: row.outputs ?? {} })),
    ),

  /** Two runs of a workflow side by side: params, figures, stages that were added or removed. */
  compare: viewerProcedure
    .input(z.object({ before: id, after: id }))
    .output(z.object({ before: runViewSchema, after: runViewSchema, stages: z.array(stageComparisonSchema) }))
    .query(async ({ ctx, input }) => {
      const [before, after] = await Promise.all([comparedRun(ctx.house, input.before), comparedRun(ctx.house, input.after)])
      return { before: before.run, after: after.run, stages: compareRuns(before, after) }
    }),
})

async function comparedRun({ db }: House, runId: string) {
  const [{ run, stages }, plan] = await Promise.all([readRun(db, runId), getRunPlan(db, runId)])
  return { run, stages, graph: withOverrides(plan.graph, plan.overrides) }
}

async function newestRevision({ db }: House, of: string | undefined): Promise<number> {
  const runs = await listRuns(db, { workflowId: of, limit: 50 })
  return Math.max(0, ...runs.map((run) => run.revision))
}
