import { z } from 'zod'
import { selectionStepSchema, textStepSchema, vectorsStepSchema } from '#core/ports/plan'

const value = z.number().nullable()

/** A vocabulary: n-grams of one column. */
const termsPart = z.object({
  part: z.literal('terms'),
  column: z.string(),
  unit: z.enum(['words', 'characters']),
  min: z.int(),
  max: z.int(),
  weighting: textStepSchema.shape.weighting,
  /** Words share buckets, so no term can be named. */
  isHashed: z.boolean(),
  kept: z.int(),
  /** Seen and not kept: in too few rows, in too large a share of them, or beyond the most terms. */
  rare: z.int(),
  frequent: z.int(),
  beyond: z.int(),
  /** In the most rows, at most 20. */
  top: z.array(z.object({ term: z.string(), rows: z.int(), idf: z.number() })),
})

/** Values of a category, pairs of a cross, entries of a list. */
const valuesPart = z.object({
  part: z.literal('values'),
  column: z.string(),
  encoding: z.enum(['one-hot', 'codes', 'ordinal', 'target', 'list']),
  kept: z.int(),
  /** Most frequent first, at most 20. */
  values: z.array(z.object({ value: z.string(), rows: z.int() })),
  /** Values that are too rare, or too many, and the rows that have them: one value together; of a list they are left out. */
  others: z.object({ values: z.int(), rows: z.int() }),
})

/** A column of numbers. */
const numbersPart = z.object({
  part: z.literal('numbers'),
  column: z.string(),
  missing: z.int(),
  /** What a missing value becomes; null: it stays missing. */
  fill: value,
  hasIndicator: z.boolean(),
  /** Null where the column is not cut into ranges. The outer two are open. */
  ranges: z.array(z.object({ from: value, to: value, rows: z.int() })).nullable(),
  /** From low to high: as it is, and as the model reads it. */
  examples: z.array(z.object({ before: z.number(), after: value })),
})

/** One row of a column that several numbers are read off: a date, a text. */
const examplePart = z.object({
  part: z.literal('example'),
  column: z.string(),
  /** Cut at 200 characters. */
  before: z.string(),
  made: z.array(z.object({ feature: z.string(), value: value, after: value })),
})

/** `score` null: infinite. */
const scored = z.array(z.object({ feature: z.string(), score: value }))

const selectionPart = z.object({
  part: z.literal('selection'),
  method: selectionStepSchema.shape.method,
  /** Column whose answers the scores are about; null for variance. */
  against: z.string().nullable(),
  kept: z.int(),
  dropped: z.int(),
  /** Best first, at most 30. */
  best: scored,
  /** The best of those that were dropped, at most 10. */
  next: scored,
})

/** A few numbers in the place of all features before them. */
const componentsPart = z.object({
  part: z.literal('components'),
  centre: z.boolean(),
  /** How many components, and of how many features. */
  made: z.int(),
  from: z.int(),
  /** Of the variance of all features, that each shows; of the first components, at most 20. */
  shares: z.array(z.number()),
  /** Of the first components, at most 3: the features that weigh most in either direction, at most 8. */
  strongest: z.array(z.array(z.object({ feature: z.string(), weight: z.number() }))),
})

/** Different words, and how often they occur. */
const wordSum = z.object({ words: z.int(), times: z.int() })

/** Word vectors, of one column of texts. */
const vectorsPart = z.object({
  part: z.literal('vectors'),
  column: z.string(),
  weighting: vectorsStepSchema.shape.weighting,
  dimensions: z.int(),
  /** Words with a vector, and without one. */
  known: wordSum,
  unknown: wordSum,
  /** Without a vector, in the most rows, at most 10. */
  unknownWords: z.array(z.object({ word: z.string(), rows: z.int() })),
  /** A few frequent words, at most 5, and the words whose vectors have the largest cosine with theirs, at most 5. */
  neighbours: z.array(z.object({ word: z.string(), rows: z.int(), nearest: z.array(z.object({ word: z.string(), cosine: z.number() })) })),
})

/** What a feature stage makes, fitted on a sample: training fits it again, on its own rows. */
export const featuresReportSchema = z.object({
  report: z.literal('features'),
  /** Of the table, and of the sample. */
  rows: z.int(),
  sampled: z.int(),
  /** That come out of the sample. */
  features: z.int(),
  parts: z.array(
    z.discriminatedUnion('part', [termsPart, valuesPart, numbersPart, examplePart, selectionPart, componentsPart, vectorsPart]),
  ),
  notes: z.array(z.string()),
})
export type FeaturesReport = z.output<typeof featuresReportSchema>
export type FeaturesPart = FeaturesReport['parts'][number]
