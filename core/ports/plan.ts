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
})

export const categoryStepSchema = z.object({
  kind: z.literal('category'),
  columns,
  /** Rarer values share one column. */
  minRows: z.int().min(1),
  maxValues: z.int().min(1),
  /** `one-hot`: a 0/1 column per value. `codes`: one column that models of trees split by sets of values. */
  encoding: z.enum(['one-hot', 'codes']).default('one-hot'),
})

export const numberStepSchema = z.object({
  kind: z.literal('number'),
  columns,
  /** `none`: a missing value stays missing; for models of trees, which send it down a side of its own. */
  impute: z.enum(['median', 'mean', 'zero', 'none']),
  /** Adds a 0/1 column that says "was missing". */
  indicator: z.boolean(),
  scale: z.enum(['standard', 'minmax', 'none']),
})

export const prepareStepSchema = z.discriminatedUnion('kind', [cleanTextStepSchema, anonymiseStepSchema, fillStepSchema])
export type PrepareStep = z.output<typeof prepareStepSchema>

export const featureStepSchema = z.discriminatedUnion('kind', [textStepSchema, categoryStepSchema, numberStepSchema])
export type FeatureStep = z.output<typeof featureStepSchema>
export type TextStep = z.output<typeof textStepSchema>
export type CategoryStep = z.output<typeof categoryStepSchema>
export type NumberStep = z.output<typeof numberStepSchema>

export const planSchema = z.object({ prepare: z.array(prepareStepSchema), features: z.array(featureStepSchema) })
export type Plan = z.output<typeof planSchema>

export const emptyPlan: Plan = { prepare: [], features: [] }
