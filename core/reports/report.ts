import { z } from 'zod'
import { calibrationMethods, modelThresholdSchema, thresholdGoals } from '#core/model/answering'
import { anomaliesReportSchema } from './anomalies'
import { classBaselineSchema, numberBaselineSchema } from './baselines'
import { clustersReportSchema } from './clusters'
import { comparisonReportSchema } from './comparison'
import { explanationReportSchema } from './explanation'
import { fairnessReportSchema } from './fairness'
import { featuresReportSchema } from './features'
import { importReportSchema } from './import'
import { labelErrorsReportSchema } from './label-errors'
import { learningCurveReportSchema } from './learning-curve'
import { liftDecilesSchema } from './lift'
import { recommendationReportSchema } from './recommendation'
import { regressionCrossValidationReportSchema, regressionReportSchema } from './regression'
import { searchReportSchema } from './search'
import { slicesReportSchema } from './slices'
import { thresholdCountsSchema } from './thresholds'

/**
 * What report artifacts hold: figures as data, drawn by components/charts. One schema per report; a stage makes it,
 * the run page, the dock and the model page draw it, the command line prints it.
 */

const curve = z.array(z.object({ x: z.number(), y: z.number(), threshold: z.number() }))

/** Rows by how sure the model says to be, and how often it is right. */
const calibrationBins = z.array(z.object({ from: z.number(), to: z.number(), rows: z.int(), confidence: z.number(), accuracy: z.number() }))

/** Quality of a classifier on rows it has not seen. */
export const classificationReportSchema = z.object({
  report: z.literal('classification'),
  rows: z.int(),
  classes: z.array(z.string()),
  accuracy: z.number(),
  macroPrecision: z.number(),
  macroRecall: z.number(),
  macroF1: z.number(),
  logLoss: z.number(),
  /** One against the rest, mean over classes; null when a class is absent from the rows. */
  rocAuc: z.number().nullable(),
  averagePrecision: z.number().nullable(),
  /** Expected calibration error, 15 equal-width bins of the top probability. */
  ece: z.number(),
  meanConfidence: z.number(),
  perClass: z.array(
    z.object({
      name: z.string(),
      rows: z.int(),
      predicted: z.int(),
      precision: z.number(),
      recall: z.number(),
      f1: z.number(),
      /** Share of the other classes' rows that are called this class. */
      falsePositiveRate: z.number(),
      rocAuc: z.number().nullable(),
      averagePrecision: z.number().nullable(),
    }),
  ),
  /** [true class][predicted class]; only when there are at most 100 classes. */
  confusion: z.array(z.array(z.int())).nullable(),
  /** The most frequent confusions, at most 50. */
  confusions: z.array(z.object({ truth: z.string(), predicted: z.string(), rows: z.int() })),
  /** One against the rest, thinned to at most 200 points; for at most 12 classes. */
  curves: z.array(z.object({ name: z.string(), roc: curve, precisionRecall: curve })),
  calibration: calibrationBins,
  /** One against the rest, for at most 12 classes; absent in reports of earlier versions, as are the next three. */
  thresholds: z.array(thresholdCountsSchema).optional(),
  lift: z.array(liftDecilesSchema).optional(),
  /** Artifact of the rows that mistakes are rows of. */
  table: z.string().optional(),
  /** Worst rows: the model is sure and wrong. The 100 surest, and of each of the most frequent confusions the 5 surest. */
  mistakes: z.array(
    z.object({
      row: z.int(),
      truth: z.string(),
      predicted: z.string(),
      confidence: z.number(),
      /** Probability of the true class. */
      truthProbability: z.number().optional(),
      text: z.string(),
    }),
  ),
  /** Absent where the frequencies in training are not known, and in reports of earlier versions. */
  baselines: z.array(classBaselineSchema).optional(),
  /** What people should know of the rows: some were trained on, or are of classes that the model never saw. */
  notes: z.array(z.string()).optional(),
  /** The model's own, by which it answered; absent when it answered the most probable class. */
  threshold: modelThresholdSchema.optional(),
})
export type ClassificationReport = z.output<typeof classificationReportSchema>

const spread = z.object({ mean: z.number(), std: z.number(), folds: z.array(z.number()) })

export const crossValidationReportSchema = z.object({
  report: z.literal('cross-validation'),
  rows: z.int(),
  folds: z.int(),
  accuracy: spread,
  macroF1: spread,
  logLoss: spread,
  rocAuc: spread.nullable(),
  /** All out-of-fold predictions together. */
  pooled: classificationReportSchema,
})
export type CrossValidationReport = z.output<typeof crossValidationReportSchema>

export const contractReportSchema = z.object({
  report: z.literal('contract'),
  rows: z.int(),
  kept: z.int(),
  heldBack: z.int(),
  rules: z.array(
    z.object({
      rule: z.string(),
      column: z.string().nullable(),
      level: z.enum(['fail', 'warn', 'quarantine']),
      broken: z.int(),
      holds: z.boolean(),
      sentence: z.string(),
      examples: z.array(z.object({ row: z.int(), value: z.string() })),
    }),
  ),
})
export type ContractReport = z.output<typeof contractReportSchema>

/** What became of every line of a file. rows read = kept + refused, always. */
export const loadReportSchema = z.object({
  report: z.literal('load'),
  format: z.string(),
  encoding: z.string(),
  delimiter: z.string().nullable(),
  header: z.boolean().nullable(),
  read: z.int(),
  kept: z.int(),
  refused: z.int(),
  columns: z.int(),
  examples: z.array(z.object({ row: z.int(), column: z.string().nullable(), reason: z.string(), text: z.string() })),
  notes: z.array(z.string()),
})
export type LoadReport = z.output<typeof loadReportSchema>

export const anonymiseReportSchema = z.object({
  report: z.literal('anonymise'),
  rows: z.int(),
  changedRows: z.int(),
  found: z.array(z.object({ pii: z.string(), column: z.string(), count: z.int(), example: z.string() })),
})
export type AnonymiseReport = z.output<typeof anonymiseReportSchema>

export const gateReportSchema = z.object({
  report: z.literal('gate'),
  passes: z.boolean(),
  checks: z.array(
    z.object({ metric: z.string(), operator: z.enum(['>=', '<=']), limit: z.number(), value: z.number().nullable(), passes: z.boolean() }),
  ),
})
export type GateReport = z.output<typeof gateReportSchema>

/** How a model was trained; made by every Learn stage. */
export const trainingReportSchema = z.object({
  report: z.literal('training'),
  rows: z.int(),
  /** Absent in reports that stages store: the same training must give the same bytes. The stage run knows how long it took. */
  seconds: z.number().optional(),
  terms: z.int(),
  classes: z.array(z.object({ name: z.string(), rows: z.int() })),
  loss: z.array(z.object({ epoch: z.int(), loss: z.number() })),
  /** Of classifiers; absent in reports of earlier versions, as all that is optional here. */
  calibration: z.enum(calibrationMethods).optional(),
  /** Only of calibration by temperature. */
  temperature: z.number().nullable(),
  /** Out of fold. Sigmoid and isotonic are measured on rows that they were not fitted on, like what follows. */
  eceBefore: z.number().nullable(),
  eceAfter: z.number().nullable(),
  reliability: z.object({ before: calibrationBins, after: calibrationBins.nullable() }).optional(),
  /** The threshold of a classifier of two classes, what it was chosen by, and what it does to the rows out of fold. */
  threshold: z
    .object({
      positive: z.string(),
      by: z.enum(thresholdGoals),
      threshold: z.number(),
      /** F1 of the positive class, balanced accuracy, or mean cost of a row: at the threshold, and at one half. */
      chosen: z.number(),
      half: z.number(),
    })
    .optional(),
  /** Of classifiers, out of fold, beside what the baselines reach. */
  quality: z.object({ accuracy: z.number(), macroF1: z.number(), logLoss: z.number(), baselines: z.array(classBaselineSchema) }).optional(),
  /** Strongest features per class, at most 20 each, for at most 12 classes. */
  strongest: z.array(z.object({ name: z.string(), features: z.array(z.object({ feature: z.string(), weight: z.number() })) })),
  /** Largest difference between the .onnx in both runtimes and the trained model on the sample. */
  parity: z.object({ rows: z.int(), native: z.number(), web: z.number() }).nullable(),
  notes: z.array(z.string()),
  /** What may spoil the model in silence: a column that gives the answer away, an identifier, classes with hardly any rows. */
  warnings: z.array(z.string()).optional(),
  /** Only of regressors, which have no classes: how far their out-of-fold predictions are off. */
  outOfFold: z
    .object({
      r2: z.number(),
      mae: z.number(),
      rmse: z.number(),
      interval: z.object({ share: z.number(), low: z.number(), high: z.number() }),
      baselines: z.array(numberBaselineSchema).optional(),
    })
    .optional(),
})
export type TrainingReport = z.output<typeof trainingReportSchema>

export const reportSchema = z.discriminatedUnion('report', [
  classificationReportSchema,
  crossValidationReportSchema,
  regressionReportSchema,
  regressionCrossValidationReportSchema,
  contractReportSchema,
  loadReportSchema,
  anonymiseReportSchema,
  gateReportSchema,
  trainingReportSchema,
  searchReportSchema,
  slicesReportSchema,
  fairnessReportSchema,
  featuresReportSchema,
  comparisonReportSchema,
  labelErrorsReportSchema,
  learningCurveReportSchema,
  explanationReportSchema,
  importReportSchema,
  clustersReportSchema,
  anomaliesReportSchema,
  recommendationReportSchema,
])
export type Report = z.output<typeof reportSchema>
