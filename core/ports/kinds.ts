import { z } from 'zod'
import { estimatorSchema } from '#core/estimators/estimators'
import { calibrationMethods, thresholdChoiceSchema } from '#core/model/answering'
import { interactionsSchema } from '#core/model/interactions'
import { signatureSchema } from '#core/model/signature'
import { columnSchema } from './columns'
import { planSchema } from './plan'

/** sha256 of an artifact's bytes, lower-case hex. */
export const hashSchema = z.string().regex(/^[0-9a-f]{64}$/)

/** A Parquet file (zstd) with what is known of it. */
export const tableValueSchema = z.object({
  kind: z.literal('table'),
  artifact: hashSchema,
  rows: z.int(),
  bytes: z.int(),
  columns: z.array(columnSchema),
  /** Artifact with ColumnStats[] as JSON, for previews. */
  stats: hashSchema,
  plan: planSchema,
})
export type TableValue = z.output<typeof tableValueSchema>

/** All that is needed to train the same model again. Recipes of earlier versions say only whether to calibrate, by temperature. */
export const recipeSchema = z.preprocess(
  (stored) => {
    if (typeof stored !== 'object' || stored === null || !('calibrate' in stored)) return stored
    const { calibrate, ...rest } = stored
    return { ...rest, calibration: calibrate ? 'temperature' : 'none' }
  },
  z.object({
    estimator: estimatorSchema,
    plan: planSchema,
    target: z.string(),
    /** The training table's artifact. */
    table: hashSchema,
    seed: z.int(),
    /** Classifiers only. */
    calibration: z.enum(calibrationMethods),
    /** Absent: the most probable class is answered. */
    threshold: thresholdChoiceSchema.optional(),
    /** Of recommenders, whose table is one of interactions and whose target is its item. */
    interactions: interactionsSchema.optional(),
  }),
)
export type Recipe = z.output<typeof recipeSchema>

/** Where a model came from that was not trained here: the file as it was uploaded, and all that is needed to wrap it again. */
export const originSchema = z.object({
  kind: z.literal('imported'),
  /** The artifact of the file, and what it was called. */
  file: hashSchema,
  name: z.string(),
  /** Who wrote it, with the version; '' when the file does not say. */
  producer: z.string(),
  /** Version of the standard operators; null when it uses none. */
  opset: z.int().nullable(),
  /** The columns in the order of its inputs. */
  columns: z.array(z.string()),
  /** The output that holds the answer; '' is the only one. */
  output: z.string(),
  /** What its numbers are, and how many it gives a row. */
  answer: z.object({ form: z.enum(['probabilities', 'logits', 'number']), width: z.int() }),
})
export type Origin = z.output<typeof originSchema>

export const modelValueSchema = z.object({
  kind: z.literal('model'),
  /** The .onnx file. */
  artifact: hashSchema,
  bytes: z.int(),
  classes: z.array(z.string()),
  signature: signatureSchema,
  /** Null when it was not trained here but imported; then it has an origin. */
  recipe: recipeSchema.nullable(),
  /** Absent in models that were trained here. */
  origin: originSchema.optional(),
  rows: z.int(),
  terms: z.int(),
  /** What was learned, for explanations (ml/state). Absent in models of earlier versions, in those that came as a file, and where it is too large. */
  state: hashSchema.optional(),
  /** Set once the model is registered. */
  registered: z.object({ model: z.string(), version: z.int(), versionId: z.string() }).nullable(),
})
export type ModelValue = z.output<typeof modelValueSchema>

export const figureSchema = z.object({
  /** Field term, for example `accuracy`, `recall[spam]`, `rows`. */
  name: z.string(),
  value: z.number(),
  unit: z.string().optional(),
  better: z.enum(['higher', 'lower']).optional(),
})
export type Figure = z.output<typeof figureSchema>

export const reportValueSchema = z.object({
  kind: z.literal('report'),
  /** Report (core/reports) as JSON. */
  artifact: hashSchema,
  report: z.string(),
  title: z.string(),
  figures: z.array(figureSchema),
})
export type ReportValue = z.output<typeof reportValueSchema>

export const deploymentValueSchema = z.object({
  kind: z.literal('deployment'),
  deployment: z.string(),
  release: z.int(),
  model: z.string(),
  version: z.int(),
})
export type DeploymentValue = z.output<typeof deploymentValueSchema>

export const signalValueSchema = z.object({ kind: z.literal('signal'), message: z.string() })
export type SignalValue = z.output<typeof signalValueSchema>

/** Every value that may travel along an edge. One schema per kind; the canvas colours by key. Values are small: data stays in artifacts. */
export const portKinds = {
  table: tableValueSchema,
  model: modelValueSchema,
  report: reportValueSchema,
  deployment: deploymentValueSchema,
  signal: signalValueSchema,
} as const

export type PortKind = keyof typeof portKinds
export type PortValue<K extends PortKind = PortKind> = z.output<(typeof portKinds)[K]>
