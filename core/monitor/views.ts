import { z } from 'zod'
import { fallbackReasonSchema } from '#core/releases/settings'
import { outcomeFiguresSchema } from './outcomes'
import { summarySchema } from './summary'

/** What the monitor pages get to see: the outputs of the procedures `monitor.*` and `alerts.*`. */

const histogramSchema = z.object({ counts: z.array(z.int()), missing: z.int() })
const level = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)])
const driftState = z.enum(['stable', 'drifted', 'not-enough-data'])

export const columnDriftSchema = z.object({
  name: z.string(),
  kind: z.enum(['number', 'length', 'entries', 'category', 'prediction']),
  state: driftState,
  test: z.enum(['kolmogorov-smirnov', 'chi-square', 'constant']),
  measure: z.object({
    name: z.enum(['p', 'population-stability-index', 'jensen-shannon', 'share-off-constant']),
    value: z.number(),
    limit: z.number(),
  }),
  p: z.number(),
  adjustedP: z.number(),
  distance: z.number(),
  level,
  rows: z.object({ reference: z.int(), current: z.int() }),
  needed: z.int(),
  bins: z.union([z.object({ edges: z.array(z.number()) }), z.object({ labels: z.array(z.string()) })]),
  reference: histogramSchema,
  current: histogramSchema,
})

/** One arm of the release in force, or a version that answered in the range. */
export const armSchema = z.object({
  versionId: z.string(),
  number: z.int(),
  /** `past` answered in the range and serves no more. */
  role: z.enum(['champion', 'challenger', 'past']),
  weight: z.int(),
  summary: summarySchema,
  /** Of its own answers: what fallbacks answered in its place is left out. */
  outcomes: outcomeFiguresSchema,
})
export type ArmView = z.output<typeof armSchema>

/** A tenth of the numbers lies below `p10`, half below `p50`. */
const quantiles = z.object({ p10: z.number(), p50: z.number(), p90: z.number() })
export type Quantiles = z.output<typeof quantiles>

export const monitorBucketSchema = z.object({
  start: z.date(),
  summary: summarySchema,
  testRequests: z.int(),
  /** Rows by predicted class, in the order of `classes`. */
  classes: z.array(z.int()),
  /** Numbers that the compared version answered, read off its bins; null when it answers classes or did not answer. */
  values: quantiles.nullable(),
})

/** One deployment over a range. */
export const monitorViewSchema = z.object({
  /** What the version that is looked at answers. */
  task: z.enum(['classification', 'regression']),
  deployment: z.object({ id: z.string(), name: z.string(), model: z.string(), release: z.int(), lowConfidence: z.number() }),
  from: z.date(),
  to: z.date(),
  stepMs: z.number(),
  mapStepMs: z.number(),
  total: summarySchema,
  /** The stretch of the same length just before. */
  before: summarySchema,
  /** Of what callers got in the range, whoever answered. */
  outcomes: outcomeFiguresSchema,
  testRequests: z.int(),
  buckets: z.array(monitorBucketSchema),
  /** Empty when the deployment answers numbers. */
  classes: z.array(z.string()),
  arms: z.array(armSchema),
  /** Which version the drift is about, and how it was in training. */
  compared: z
    .object({
      versionId: z.string(),
      number: z.int(),
      rows: z.int(),
      /** Of a classifier: mean out-of-fold confidence. */
      meanConfidence: z.number().nullable(),
      /** Of a regressor: the numbers that it predicted out of fold. */
      values: quantiles.nullable(),
      /** Rows per class as predicted out of fold, in the order of `classes`. */
      classes: z.array(z.int()),
    })
    .nullable(),
  drift: z.array(columnDriftSchema),
  driftMap: z.array(z.object({ start: z.date(), cells: z.array(z.object({ name: z.string(), level, state: driftState })) })),
  /** Milliseconds on the server. */
  tookMs: z.number(),
})
export type MonitorView = z.output<typeof monitorViewSchema>

/** One logged answer. */
export const loggedAnswerSchema = z.object({
  id: z.string(),
  at: z.date(),
  /** The version that was asked; null when it is not registered any more. */
  version: z.int().nullable(),
  /** Null when the deployment does not keep inputs, or not this one. */
  input: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable(),
  hasHash: z.boolean(),
  label: z.string().nullable(),
  confidence: z.number().nullable(),
  value: z.number().nullable(),
  latencyMs: z.number(),
  test: z.boolean(),
  isEdge: z.boolean(),
  isShadow: z.boolean(),
  fallback: fallbackReasonSchema.nullable(),
  /** The version that answered instead; null with a fallback for the stated answer. */
  answeredBy: z.int().nullable(),
})
export type LoggedAnswer = z.output<typeof loggedAnswerSchema>

export const monitorOverviewSchema = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    model: z.string(),
    release: z.int(),
    /** What the champion answers; numbers have no confidence. */
    task: z.enum(['classification', 'regression']),
    versions: z.array(z.object({ number: z.int(), weight: z.int() })),
    /** Of the last hour. */
    summary: summarySchema,
    requestsPerMinute: z.array(z.int()),
    drift: z.object({ drifted: z.int(), judged: z.int(), waiting: z.int() }),
    openAlerts: z.int(),
    lastMinute: z.date().nullable(),
  }),
)
export type MonitorOverview = z.output<typeof monitorOverviewSchema>

export const alertRuleSchema = z.object({
  id: z.string(),
  deployment: z.string(),
  name: z.string(),
  figure: z.string(),
  operator: z.enum(['>', '<']),
  limit: z.number(),
  minutes: z.int(),
  includesTest: z.boolean(),
  webhook: z.string().nullable(),
  enabled: z.boolean(),
  status: z.enum(['ok', 'pending', 'firing']),
  since: z.date().nullable(),
  value: z.number().nullable(),
  createdBy: z.string().nullable(),
})
export type AlertRuleView = z.output<typeof alertRuleSchema>

export const alertSchema = z.object({
  id: z.string(),
  ruleId: z.string().nullable(),
  deployment: z.string(),
  name: z.string(),
  figure: z.string().nullable(),
  sentence: z.string(),
  value: z.number(),
  openedAt: z.date(),
  closedAt: z.date().nullable(),
  acknowledgedBy: z.string().nullable(),
  acknowledgedAt: z.date().nullable(),
  webhookStatus: z.string().nullable(),
})
export type AlertView = z.output<typeof alertSchema>
