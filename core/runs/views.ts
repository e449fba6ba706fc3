import { z } from 'zod'
import { type ErrorRecord, errorCodes } from '#core/errors/app-error'
import { roles } from '#core/people/roles'
import { columnStatsSchema } from '#core/ports/columns'
import { type PortValue, portKinds } from '#core/ports/kinds'
import { tablePreviewSchema } from '#core/ports/table-preview'
import { runScopeSchema } from './scope'
import { statuses } from './status'

/** What the interface gets to see of runs: the outputs of the procedures `runs.*`, `ports.*` and `approvals.*`. */

/** Any value that may lie on a port. */
export const portValueSchema = z.discriminatedUnion('kind', [
  portKinds.table,
  portKinds.model,
  portKinds.report,
  portKinds.deployment,
  portKinds.signal,
])

/** Port -> value, as a stage left them. */
export const outputsSchema = z.record(z.string(), portValueSchema)
export type Outputs = Record<string, PortValue>

export const figureViewSchema = z.object({ value: z.union([z.number(), z.string()]), label: z.string() })
export type FigureView = z.output<typeof figureViewSchema>

const codes = Object.keys(errorCodes)
/** A failure as it is stored and drawn. */
export const errorRecordSchema = z.custom<ErrorRecord>(
  (value) => typeof value === 'object' && value !== null && 'code' in value && codes.includes(String(value.code)),
)

export const progressViewSchema = z.object({
  done: z.number(),
  total: z.number(),
  doing: z.string().optional(),
  /** Estimated from the pace so far; null while unknown. */
  secondsLeft: z.number().nullable(),
})
export type ProgressView = z.output<typeof progressViewSchema>

/** One stage's part in a run. */
export const stageRunViewSchema = z.object({
  /** Id of the stage run; what `runs.logs` asks for. */
  id: z.string(),
  runId: z.string(),
  /** Id of the stage in the graph. */
  stage: z.string(),
  type: z.string(),
  status: z.enum(statuses),
  attempt: z.int(),
  progress: progressViewSchema.nullable(),
  outputs: outputsSchema.nullable(),
  figure: figureViewSchema.nullable(),
  error: errorRecordSchema.nullable(),
  /** Milliseconds of work; for a cached stage, what the original took. */
  durationMs: z.int().nullable(),
  queuedAt: z.date(),
  startedAt: z.date().nullable(),
  finishedAt: z.date().nullable(),
  revision: z.int(),
})
export type StageRunView = z.output<typeof stageRunViewSchema>

/** Stages of a run by status. */
export const stageCountsSchema = z.partialRecord(z.enum(statuses), z.int())

/** One run, without its stages. */
export const runViewSchema = z.object({
  id: z.string(),
  workflow: z.object({ id: z.string(), name: z.string() }),
  version: z.object({ id: z.string(), number: z.int() }),
  number: z.int(),
  status: z.enum(statuses),
  scope: runScopeSchema,
  /** `stage.param` -> value set for this run only. */
  overrides: z.record(z.string(), z.unknown()),
  trigger: z.enum(['person', 'api', 'cli', 'schedule', 'alert']),
  startedBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  error: errorRecordSchema.nullable(),
  stages: stageCountsSchema,
  createdAt: z.date(),
  startedAt: z.date().nullable(),
  finishedAt: z.date().nullable(),
  revision: z.int(),
})
export type RunView = z.output<typeof runViewSchema>

/** One run with its stages, in the order in which they run. */
export const runDetailsSchema = z.object({ run: runViewSchema, stages: z.array(stageRunViewSchema) })
export type RunDetails = z.output<typeof runDetailsSchema>

/** What a live view gets: the run as it is now, and the stages that changed since the last message. */
export type RunChange = RunDetails

export const stageLogSchema = z.object({ id: z.int(), level: z.enum(['info', 'warn', 'error']), text: z.string(), at: z.date() })

/** What a run of a stage would do now: take the result that is there, work, or nobody knows before what it needs has worked. */
export const stageForecastSchema = z.object({
  stage: z.string(),
  state: z.enum(['cached', 'run', 'unknown']),
  /** Expected seconds of work, from earlier runs; 0 when cached, null when it never ran. */
  seconds: z.number().nullable(),
})
export type StageForecast = z.output<typeof stageForecastSchema>

/** What is wrong with a graph, at a stage. */
export const graphProblemSchema = z.object({
  stage: z.string(),
  /** The param or port that is wrong. */
  param: z.string().optional(),
  port: z.string().optional(),
  message: z.string(),
  /** An error keeps the stage from running; a warning does not. */
  level: z.enum(['error', 'warning']),
})

/** What a run would do: "12 stages, 9 cached, about 40 s". */
export const forecastSchema = z.object({
  stages: z.array(stageForecastSchema),
  total: z.int(),
  cached: z.int(),
  /** Null when nothing is known of a stage that must work. */
  seconds: z.number().nullable(),
  /** The line for the Run button. */
  words: z.string(),
  problems: z.array(graphProblemSchema),
})
export type Forecast = z.output<typeof forecastSchema>

/** The newest good outputs of one stage of a workflow. */
export const latestStageSchema = z.object({
  stage: z.string(),
  runId: z.string(),
  stageRunId: z.string(),
  runNumber: z.int(),
  status: z.enum(statuses),
  outputs: outputsSchema,
  figure: figureViewSchema.nullable(),
  durationMs: z.int().nullable(),
  finishedAt: z.date().nullable(),
})
export type LatestStage = z.output<typeof latestStageSchema>

/** A page of a table, the statistics of all its rows, and how long it took to read. */
export const previewSchema = tablePreviewSchema.extend({ stats: z.array(columnStatsSchema), ms: z.number() })
export type Preview = z.output<typeof previewSchema>

/** A question that a run waits on. */
export const approvalViewSchema = z.object({
  id: z.string(),
  run: z.object({ id: z.string(), number: z.int() }),
  workflow: z.object({ id: z.string(), name: z.string() }),
  stage: z.string(),
  question: z.string(),
  role: z.enum(roles),
  deadline: z.date(),
  /** What happens when nobody answers in time. */
  fallback: z.enum(['approve', 'reject']),
  decision: z.enum(['approve', 'reject']).nullable(),
  decidedBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  note: z.string(),
  createdAt: z.date(),
  decidedAt: z.date().nullable(),
  /** The run is over or was cancelled, so that an answer would change nothing. */
  open: z.boolean(),
})
export type ApprovalView = z.output<typeof approvalViewSchema>

/** Durable work that is not a run. */
export const jobViewSchema = z.object({
  id: z.string(),
  kind: z.enum(['load-data-set', 'send-traffic', 'verify-model', 'batch-predict', 'quantise-model']),
  subject: z.string(),
  status: z.enum(statuses),
  progress: z.object({ done: z.number(), total: z.number(), doing: z.string().optional() }).nullable(),
  result: z.record(z.string(), z.unknown()).nullable(),
  error: errorRecordSchema.nullable(),
  createdAt: z.date(),
  finishedAt: z.date().nullable(),
})
