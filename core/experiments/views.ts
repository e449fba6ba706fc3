import { z } from 'zod'
import { comparisonReportSchema } from '#core/reports/comparison'
import { statuses } from '#core/runs/status'
import { errorRecordSchema, figureViewSchema, runViewSchema } from '#core/runs/views'
import { experimentMetricSchema, metricKeySchema } from './metric'

/** What the interface gets to see of experiments: the outputs of the procedures `experiments.*`. */

/** Status as people filter by it. */
export const experimentStates = {
  open: ['running', 'waiting'],
  good: ['done', 'cached'],
  bad: ['failed', 'crashed', 'timed_out'],
  cancelled: ['cancelled'],
} as const satisfies Record<string, readonly (typeof statuses)[number][]>
export type ExperimentState = keyof typeof experimentStates

export const tagSchema = z
  .string()
  .trim()
  .min(1, 'A tag has at least one character.')
  .max(40, 'A tag has at most 40 characters.')
  .regex(/^[^,]+$/, 'A tag has no comma.')

export const experimentParamSchema = z.object({ name: z.string(), value: z.string() })

/** One training: a stage run of a stage that makes a model. */
export const experimentSchema = z.object({
  /** Id of the stage run. */
  id: z.string(),
  /** Stages that judge the model may still work while the run does. */
  run: z.object({ id: z.string(), number: z.int(), status: z.enum(statuses) }),
  workflow: z.object({ id: z.string(), name: z.string() }),
  version: z.int(),
  stage: z.string(),
  /** What the person calls the stage, or what its type is called. */
  title: z.string(),
  type: z.string(),
  status: z.enum(statuses),
  startedBy: runViewSchema.shape.startedBy,
  trigger: runViewSchema.shape.trigger,
  at: z.date(),
  /** Milliseconds of work; while it runs, null. */
  durationMs: z.int().nullable(),
  startedAt: z.date().nullable(),
  estimator: z.string(),
  params: z.array(experimentParamSchema),
  metrics: z.array(experimentMetricSchema),
  figure: figureViewSchema.nullable(),
  error: errorRecordSchema.nullable(),
  tags: z.array(z.string()),
  note: z.string(),
  pinned: z.boolean(),
  /** Versions of models that are this very file. */
  registered: z.array(z.object({ model: z.string(), version: z.int() })),
})
export type Experiment = z.output<typeof experimentSchema>

export const experimentFilterSchema = z.object({
  workflowId: z.uuid().optional(),
  /** Kind of estimator, or type of the stage where no model is there yet. */
  estimator: z.string().max(80).optional(),
  tag: z.string().max(40).optional(),
  state: z.enum(['open', 'good', 'bad', 'cancelled']).optional(),
  /** In workflow, stage, estimator, note, tags or params. */
  search: z.string().max(200).optional(),
  /** Also earlier runs of the same training, whose model came from the cache since. */
  repeats: z.boolean().default(false),
})
export type ExperimentFilter = z.output<typeof experimentFilterSchema>

export const experimentOrderSchema = z.object({
  by: z.union([z.literal('when'), z.literal('took'), metricKeySchema]),
  direction: z.enum(['ascending', 'descending']),
})
export type ExperimentOrder = z.output<typeof experimentOrderSchema>

/** What there is to filter by and to show. */
export const experimentChoicesSchema = z.object({
  metrics: z.array(metricKeySchema.extend({ better: z.enum(['higher', 'lower']).nullable(), experiments: z.int() })),
  estimators: z.array(z.object({ kind: z.string(), name: z.string() })),
  tags: z.array(z.string()),
  workflows: z.array(z.object({ id: z.string(), name: z.string() })),
})
export type ExperimentChoices = z.output<typeof experimentChoicesSchema>

export const comparedExperimentSchema = experimentSchema.extend({
  /** Of the training report; empty when the model is fitted in one pass. */
  loss: z.array(z.object({ epoch: z.number(), loss: z.number() })),
  /** Of the evaluation, or of the folds; null for regressors and where nothing was measured. */
  classes: z
    .object({
      source: z.enum(['evaluation', 'cross-validation']),
      perClass: z.array(z.object({ name: z.string(), rows: z.int(), f1: z.number(), recall: z.number(), precision: z.number() })),
    })
    .nullable(),
})
export type ComparedExperiment = z.output<typeof comparedExperimentSchema>

/** Whether one of two experiments is better than the other by more than chance. */
export const pairVerdictSchema = z.discriminatedUnion('by', [
  /** Both answered the same rows. */
  z.object({ by: z.literal('rows'), report: comparisonReportSchema, rowsThere: z.int() }),
  /** Both were cross-validated on the same folds. */
  z.object({
    by: z.literal('folds'),
    metric: z.string(),
    folds: z.int(),
    /** Second minus first. */
    difference: z.number(),
    interval: z.object({ low: z.number(), high: z.number() }),
    p: z.number(),
    sentence: z.string(),
  }),
  z.object({ by: z.literal('nothing'), reason: z.string() }),
])
export type PairVerdict = z.output<typeof pairVerdictSchema>
