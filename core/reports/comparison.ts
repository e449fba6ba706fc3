import { z } from 'zod'
import { intervalSchema } from './slices'

const pair = z.object({
  first: z.string(),
  second: z.string(),
  /** Rows by which of both has them right; null for regressors. */
  rows: z.object({ both: z.int(), onlyFirst: z.int(), onlySecond: z.int(), neither: z.int() }).nullable(),
  test: z.enum(['McNemar, exact', 'McNemar, chi-square', 'paired permutation']),
  /** That both are equally good, on the first metric. */
  p: z.number(),
  /** Adjusted for looking at all pairs. */
  adjustedP: z.number(),
  /** Second minus first, in the order of the report's metrics; null where it is undefined. */
  differences: z.array(z.object({ value: z.number().nullable(), interval: intervalSchema.nullable() })),
  /** The better one, when that is no chance (adjusted p below 0.05); else null. */
  winner: z.string().nullable(),
  sentence: z.string(),
})
export type ComparedPair = z.output<typeof pair>

/** Two or more models on the same rows. */
export const comparisonReportSchema = z.object({
  report: z.literal('comparison'),
  task: z.enum(['classification', 'regression']),
  /** Column that was predicted. */
  target: z.string(),
  rows: z.int(),
  /** The first one is what the test is about. */
  metrics: z.array(z.object({ name: z.string(), better: z.enum(['higher', 'lower']), isShare: z.boolean() })),
  /** `values` in the order of `metrics`; null where one is undefined. */
  models: z.array(z.object({ name: z.string(), values: z.array(z.number().nullable()) })),
  /** Each model against each later one. */
  pairs: z.array(pair),
  /** Of the bootstrap intervals, fewer for many rows. */
  resamples: z.int(),
})
export type ComparisonReport = z.output<typeof comparisonReportSchema>
