import { z } from 'zod'
import { referenceSchema, signatureSchema } from '#core/model/signature'
import { smallerMeasuredSchema, weightForms } from '#core/model/smaller'
import { figureSchema, originSchema, recipeSchema } from '#core/ports/kinds'

/** What the interface gets to see of models and their versions. */

export const aliasSchema = z.object({ alias: z.string(), number: z.int() })

const servedSchema = z.object({ deployment: z.string(), number: z.int(), weight: z.int() })

export const modelLineSchema = z.object({
  name: z.string(),
  createdAt: z.date(),
  versions: z.int(),
  champion: z.int().nullable(),
  aliases: z.array(aliasSchema),
  /** The newest version; a model always has one. */
  latest: z.object({ number: z.int(), createdAt: z.date(), by: z.string().nullable(), metrics: z.array(figureSchema), target: z.string() }),
  /** Live deployments and the version that each serves. */
  served: z.array(servedSchema),
})
export type ModelLine = z.output<typeof modelLineSchema>

export const versionLineSchema = z.object({
  id: z.string(),
  number: z.int(),
  createdAt: z.date(),
  by: z.string().nullable(),
  description: z.string(),
  bytes: z.int(),
  rows: z.int(),
  estimator: z.string(),
  metrics: z.array(figureSchema),
  weights: z.enum(weightForms),
  aliases: z.array(z.string()),
  served: z.array(servedSchema),
})
export type VersionLine = z.output<typeof versionLineSchema>

export const modelSchema = z.object({
  name: z.string(),
  createdAt: z.date(),
  versions: z.array(versionLineSchema),
  history: z.array(
    z.object({
      id: z.int(),
      alias: z.string(),
      number: z.int().nullable(),
      by: z.string().nullable(),
      reason: z.string(),
      at: z.date(),
    }),
  ),
})
export type ModelView = z.output<typeof modelSchema>

export const versionSchema = versionLineSchema.extend({
  model: z.string(),
  artifact: z.string(),
  /** Artifact with what was learned; null where the model has none. */
  state: z.string().nullable(),
  signature: signatureSchema,
  classes: z.array(z.string()),
  /** Null when the model was imported; then it has an origin. */
  recipe: recipeSchema.nullable(),
  origin: originSchema.nullable(),
  params: z.array(z.object({ name: z.string(), value: z.string() })),
  report: z.string().nullable(),
  reference: referenceSchema,
  sample: z.string().nullable(),
  /** The version that it is the int8 form of. */
  smallerOf: z.int().nullable(),
  /** What int8 cost and gained. */
  smaller: smallerMeasuredSchema.nullable(),
  lineage: z.object({
    runId: z.string().nullable(),
    runNumber: z.int().nullable(),
    workflowId: z.string().nullable(),
    workflowName: z.string().nullable(),
    workflowVersion: z.int().nullable(),
    stageId: z.string().nullable(),
    dataSets: z.array(z.object({ name: z.string(), version: z.int(), artifact: z.string(), dataSetId: z.string().nullable() })),
    artifacts: z.array(z.string()),
    codeVersion: z.string(),
  }),
  /** All version numbers of the model, newest first. */
  numbers: z.array(z.int()),
})

const changeSchema = z.object({ name: z.string(), live: z.string().nullable(), candidate: z.string().nullable() })

/** `live` is the left version, `candidate` the right one. */
export const comparisonSchema = z.object({
  metrics: z.array(
    z.object({
      name: z.string(),
      live: z.number().nullable(),
      candidate: z.number().nullable(),
      unit: z.string().nullable(),
      verdict: z.enum(['better', 'worse', 'same']).nullable(),
    }),
  ),
  params: z.array(changeSchema),
  data: z.array(changeSchema),
  signature: z.array(changeSchema),
})

/** One answer of "Try it", a class or a number, and how long the model took. */
export const trialSchema = z.union([
  z.object({
    label: z.string(),
    confidence: z.number(),
    probabilities: z.array(z.object({ name: z.string(), value: z.number() })),
    milliseconds: z.number(),
  }),
  z.object({
    value: z.number(),
    interval: z.object({ low: z.number(), high: z.number(), share: z.number() }),
    milliseconds: z.number(),
  }),
])
export type Trial = z.output<typeof trialSchema>
