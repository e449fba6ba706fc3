import { z } from 'zod'
import { numberBaselineSchema } from './baselines'

/** Quality of a regressor on rows it has not seen. A residual is the right answer minus the prediction. */
export const regressionReportSchema = z.object({
  report: z.literal('regression'),
  rows: z.int(),
  /** Column that was predicted. */
  target: z.string(),
  /** Share of the variance that is explained; null when all right answers are the same. */
  r2: z.number().nullable(),
  mae: z.number(),
  rmse: z.number(),
  medianAbsoluteError: z.number(),
  /** Mean absolute error as a share of the right answer; null when one of them is 0. */
  mape: z.number().nullable(),
  meanResidual: z.number(),
  /** Residuals in equal-width bins, the last one closed; `edges` has one more entry than `counts`. */
  residuals: z.object({ edges: z.array(z.number()), counts: z.array(z.int()) }),
  /** Some rows from the lowest to the highest prediction, at most 300. */
  points: z.array(z.object({ predicted: z.number(), truth: z.number() })),
  /** The model's prediction interval: the share of right answers that it promises, and that it held. */
  interval: z.object({ share: z.number(), covered: z.number() }).nullable(),
  /** Artifact of the rows that the worst are rows of. */
  table: z.string().optional(),
  /** Worst rows, at most 50. */
  worst: z.array(z.object({ row: z.int(), truth: z.number(), predicted: z.number(), text: z.string() })),
  /** Absent where the right answers in training are not known. */
  baselines: z.array(numberBaselineSchema).optional(),
  /** What people should know of the rows: some were trained on. */
  notes: z.array(z.string()).optional(),
})
export type RegressionReport = z.output<typeof regressionReportSchema>

const spread = z.object({ mean: z.number(), std: z.number(), folds: z.array(z.number()) })

/** As `cross-validation`, of a regressor. */
export const regressionCrossValidationReportSchema = z.object({
  report: z.literal('regression-cross-validation'),
  rows: z.int(),
  folds: z.int(),
  r2: spread.nullable(),
  mae: spread,
  rmse: spread,
  /** All out-of-fold predictions together. */
  pooled: regressionReportSchema,
})
export type RegressionCrossValidationReport = z.output<typeof regressionCrossValidationReportSchema>
