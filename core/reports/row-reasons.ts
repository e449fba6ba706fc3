import { z } from 'zod'

/**
 * What the numbers of an explanation are. `log-odds`: of the class against the other one. `score`: what the class has more than
 * the mean of all classes. `share`: of the trees' votes. `probability`: as it is answered. `value`: the number that is answered.
 * `log-value`: its logarithm.
 */
export const reasonUnits = ['log-odds', 'score', 'share', 'probability', 'value', 'log-value'] as const
export type ReasonUnit = (typeof reasonUnits)[number]

const featureContributionSchema = z.object({
  name: z.string(),
  contribution: z.number(),
  /** The feature says that something is there (a word, a category), and in this row it is not. */
  isAbsent: z.boolean(),
})

export const columnContributionSchema = z.object({
  /** A raw column; of crossed columns both names. */
  column: z.string(),
  contribution: z.number(),
  /** Null when the contribution is exact. */
  standardError: z.number().nullable(),
  /** Its features that count most, the largest first; empty where only whole columns can be told apart. */
  features: z.array(featureContributionSchema),
  /** The features that are not listed. */
  others: z.object({ count: z.int(), contribution: z.number() }),
})
export type ColumnContribution = z.output<typeof columnContributionSchema>

/** Why a model answered one row as it did: base plus all contributions is the score. */
export const rowReasonsSchema = z.object({
  unit: z.enum(reasonUnits),
  /** What the model says of a row of which nothing is known. */
  base: z.number(),
  /** What it says of this row. */
  score: z.number(),
  /** Every column, the one that counts most first. */
  columns: z.array(columnContributionSchema),
  /** Whether `base` is the mean over the training rows, or the answer to the typical one. */
  against: z.enum(['training rows', 'typical row']),
  /** The answer was calibrated in a way that does not keep sums, so these are the numbers before it. */
  isBeforeCalibration: z.boolean(),
})
export type RowReasons = z.output<typeof rowReasonsSchema>

/** What `similarity` is: the cosine of features, the share of trees whose leaf both rows share, or minus the model's own distance. */
const similarityMeasures = ['cosine', 'shared leaves', 'distance'] as const

/** Training rows that are most like one row. */
export const similarRowsSchema = z.object({
  measure: z.enum(similarityMeasures),
  /** Training rows that were looked at. */
  among: z.int(),
  rows: z.array(
    z.object({
      /** Its place in the training table, from 0. */
      row: z.int(),
      similarity: z.number(),
      /** The right answer. */
      answer: z.union([z.string(), z.number()]),
    }),
  ),
})
export type SimilarRows = z.output<typeof similarRowsSchema>

/** One row of a table, explained. */
export const explainedRowSchema = z.object({
  /** Its place in the table, from 0. */
  row: z.int(),
  /** The right answer, and the model's. */
  truth: z.union([z.string(), z.number()]),
  answer: z.union([z.string(), z.number()]),
  /** The class that is not answered, where there are but two. */
  other: z.string().nullable(),
  /** Probability of the answer; null of a number. */
  confidence: z.number().nullable(),
  reasons: rowReasonsSchema,
  /** What the row holds in each column, cut short. */
  values: z.record(z.string(), z.string()),
  similar: similarRowsSchema,
})
export type ExplainedRow = z.output<typeof explainedRowSchema>
