import { z } from 'zod'

/**
 * The plan of a table: what must happen to a raw row before a model sees it. Feature stages append *unfitted* steps;
 * they are fitted inside training folds only, so featurising before splitting cannot leak. Prepare steps are row-wise
 * and already fixed; they were applied to the table and must be applied again, in order, to every row that is served.
 */

export const piiKinds = ['email', 'phone', 'card', 'iban', 'ip', 'ssn'] as const
export type PiiKind = (typeof piiKinds)[number]

const columns = z.array(z.string().min(1)).min(1)

export const cleanTextStepSchema = z.object({
  kind: z.literal('clean-text'),
  columns,
  stripHtml: z.boolean(),
  stripUrls: z.boolean(),
  lowercase: z.boolean(),
  /** Runs of white space become one space; control characters go. */
  collapseSpace: z.boolean(),
  /** Characters kept from the start, or null for all. */
  maxChars: z.int().positive().nullable(),
})

export const anonymiseStepSchema = z.object({
  kind: z.literal('anonymise'),
  columns,
  pii: z.array(z.enum(piiKinds)).min(1),
  mode: z.enum(['replace', 'mask', 'hash']),
  /** Name of the secret that keys the hash; only with mode `hash`. */
  secret: z.string().nullable(),
})

export const fillStepSchema = z.object({
  kind: z.literal('fill'),
  /** Column -> the value that stands for a missing one. */
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})

export const textStepSchema = z.object({
  kind: z.literal('text'),
  columns,
  /** Lengths of word n-grams, or null for none. */
  words: z.object({ min: z.int().min(1).max(5), max: z.int().min(1).max(5) }).nullable(),
  /** Lengths of character n-grams inside word borders, or null for none. */
  chars: z.object({ min: z.int().min(1).max(8), max: z.int().min(1).max(8) }).nullable(),
  weighting: z.enum(['tf-idf', 'count', 'binary']),
  /** 1 + ln(tf) instead of tf. */
  sublinear: z.boolean(),
  lowercase: z.boolean(),
  /** Seen in at least so many rows. */
  minRows: z.int().min(1),
  /** Seen in at most this share of rows. */
  maxShare: z.number().gt(0).max(1),
  maxTerms: z.int().min(1),
  /** Counts words by 2^bits buckets of a hash, so that the model keeps no vocabulary; only without characters. */
  hashBits: z.int().min(8).max(20).optional(),
})

export const categoryStepSchema = z.object({
  kind: z.literal('category'),
  columns,
  /** Rarer values share one column. */
  minRows: z.int().min(1),
  maxValues: z.int().min(1),
  /**
   * `one-hot`: a 0/1 column per value. `codes`: one column that models of trees split by sets of values. `ordinal`: the
   * value's rank by frequency, 0 for the most frequent. `target`: the mean of the target over the rows with the value.
   */
  encoding: z.enum(['one-hot', 'codes', 'ordinal', 'target']).default('one-hot'),
  /** Of `target`: the mean of all rows counts as so many rows more of each value; 10 when left out. */
  smoothing: z.number().min(0).optional(),
})

/** Each pair of the columns as one category more: `web` and `pro` are the value "web and pro". */
export const crossStepSchema = categoryStepSchema.extend({ kind: z.literal('cross'), columns: z.array(z.string().min(1)).min(2) })

export const numberStepSchema = z.object({
  kind: z.literal('number'),
  columns,
  /** `none`: a missing value stays missing; for models of trees, which send it down a side of its own. */
  impute: z.enum(['median', 'mean', 'most-frequent', 'constant', 'zero', 'none']),
  /** What `constant` puts in; 0 when left out. */
  constant: z.number().min(-3e38).max(3e38).optional(),
  /** Adds a 0/1 column that says "was missing". */
  indicator: z.boolean(),
  /** `log`: the sign of x times ln(1 + |x|). `quantile`: the share of training rows below. */
  scale: z.enum(['standard', 'minmax', 'robust', 'quantile', 'log', 'none']),
  /** A 0/1 column per range of values instead of a scaled one: ranges of one width, or of equally many rows. */
  bins: z.object({ count: z.int().min(2).max(100), by: z.enum(['width', 'quantile']) }).optional(),
})

export const dateParts = ['year', 'month', 'day', 'weekday', 'hour'] as const
export type DatePart = (typeof dateParts)[number]

/** Numbers of a moment in UTC; of weekdays Monday is 1. */
export const dateStepSchema = z.object({
  kind: z.literal('date'),
  columns,
  parts: z.array(z.enum(dateParts)),
  /** All parts but the year become two numbers, sine and cosine, so that December is beside January. */
  cyclic: z.boolean(),
  /** Days until a moment in ISO 8601, or until the latest one of the training rows; null: none. */
  ageTo: z.union([z.literal('latest'), z.string()]).nullable(),
  impute: z.enum(['mean', 'none']),
  indicator: z.boolean(),
  scale: z.enum(['standard', 'none']),
})

export const textStatistics = [
  'characters',
  'words',
  'word-length',
  'capitals',
  'digits',
  'punctuation',
  'exclamations',
  'questions',
] as const
export type TextStatistic = (typeof textStatistics)[number]

/** Numbers of a text; capitals, digits and punctuation are shares of its characters that are not white space. */
export const statisticsStepSchema = z.object({
  kind: z.literal('statistics'),
  columns,
  statistics: z.array(z.enum(textStatistics)).min(1),
  scale: numberStepSchema.shape.scale,
})

/** A 0/1 column per entry of lists that are written as text: `red|blue` holds red and blue. Case and spaces count. */
export const listStepSchema = z.object({
  kind: z.literal('list'),
  columns,
  separator: z.string().min(1).max(5),
  /** Rarer entries are left out. */
  minRows: z.int().min(1),
  maxValues: z.int().min(1),
})

/** The mean vector of a text's words, of which a table of word vectors knows some; the others are left out. */
export const vectorsStepSchema = z.object({
  kind: z.literal('vectors'),
  columns,
  /** The artifact with the words and their vectors (ml/features/word-vectors.ts). */
  artifact: z.string().regex(/^[0-9a-f]{64}$/),
  /** How many words it has, and how many numbers each. */
  words: z.int().min(1),
  dimensions: z.int().min(1),
  /**
   * What a word counts in the mean: `mean` 1, `idf` its inverse document frequency, `sif` a / (a + its share of all words),
   * both learned from training rows.
   */
  weighting: z.enum(['mean', 'idf', 'sif']),
  /** The a of `sif`. */
  smoothing: z.number().gt(0).max(1).optional(),
  lowercase: z.boolean(),
  /** Adds a 0/1 column that says "no word is known". */
  indicator: z.boolean(),
})

/** Keeps some of all features of the steps before it, so it names no columns. */
export const selectionStepSchema = z.object({
  kind: z.literal('selection'),
  columns: z.array(z.string()).max(0),
  /** `variance` looks at no target; `chi-square` and `mutual-information` read classes, `f-test` classes or numbers. */
  method: z.enum(['variance', 'chi-square', 'mutual-information', 'f-test']),
  /** At most so many features, the best ones. */
  keep: z.int().min(1),
  /** Only features whose score is above. */
  above: z.number(),
})

/** Makes a few features of all those of the steps before it, so it names no columns: the directions in which the rows differ most. */
export const componentsStepSchema = z.object({
  kind: z.literal('components'),
  columns: z.array(z.string()).max(0),
  /** At most so many. */
  components: z.int().min(1).max(1_000),
  /** Takes the mean from each feature first: principal components. Without, a truncated singular value decomposition, which suits words. */
  centre: z.boolean(),
})

export const prepareStepSchema = z.discriminatedUnion('kind', [cleanTextStepSchema, anonymiseStepSchema, fillStepSchema])
export type PrepareStep = z.output<typeof prepareStepSchema>

export const featureStepSchema = z.discriminatedUnion('kind', [
  textStepSchema,
  categoryStepSchema,
  numberStepSchema,
  crossStepSchema,
  dateStepSchema,
  statisticsStepSchema,
  listStepSchema,
  vectorsStepSchema,
  selectionStepSchema,
  componentsStepSchema,
])
export type FeatureStep = z.output<typeof featureStepSchema>
export type TextStep = z.output<typeof textStepSchema>
export type CategoryStep = z.output<typeof categoryStepSchema>
export type NumberStep = z.output<typeof numberStepSchema>
export type CrossStep = z.output<typeof crossStepSchema>
export type DateStep = z.output<typeof dateStepSchema>
export type StatisticsStep = z.output<typeof statisticsStepSchema>
export type ListStep = z.output<typeof listStepSchema>
export type VectorsStep = z.output<typeof vectorsStepSchema>
export type SelectionStep = z.output<typeof selectionStepSchema>
export type ComponentsStep = z.output<typeof componentsStepSchema>

export const planSchema = z.object({ prepare: z.array(prepareStepSchema), features: z.array(featureStepSchema) })
export type Plan = z.output<typeof planSchema>

export const emptyPlan: Plan = { prepare: [], features: [] }

/** The artifacts that a plan cannot be fitted without. */
export function artifactsOfPlan({ features }: Plan): string[] {
  return [...new Set(features.flatMap((step) => (step.kind === 'vectors' ? [step.artifact] : [])))]
}
