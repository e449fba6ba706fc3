import { z } from 'zod'
import { fallbackReasonSchema } from '#core/releases/settings'

/** One raw column a model reads. `category` and `text` are strings; a missing string is '' and a missing number is NaN. */
export const signatureInputSchema = z.object({
  name: z.string(),
  type: z.enum(['text', 'category', 'number']),
  /** A text that is a date, or a date and time, in ISO 8601: `2026-01-31`, `2026-01-31T18:00:00Z`. */
  format: z.literal('moment').optional(),
  /** A text that is a list: what stands between its entries. */
  separator: z.string().optional(),
  /** One value from the training data, to fill the "Try it" form and the curl line. */
  example: z.union([z.string(), z.number()]),
  /** The most frequent values of a category, for a select. */
  values: z.array(z.string()).optional(),
})
export type SignatureInput = z.output<typeof signatureInputSchema>

export const signatureSchema = z.object({
  inputs: z.array(signatureInputSchema),
  target: z.string(),
  /** Absent in classifiers, as in all files of earlier versions: their bytes must stay what they were. */
  task: z.enum(['classification', 'regression']).optional(),
})
export type Signature = z.output<typeof signatureSchema>

/** Whether a model answers a number, not one of several classes. */
export const answersNumber = ({ task }: Pick<Signature, 'task'>): boolean => task === 'regression'

/** What a row looks like on the wire. Unknown fields are refused; a missing field may be null when the model can impute. */
export type PredictRow = Record<string, string | number | boolean | null>

const answered = {
  id: z.string(),
  /** The version that answered; null for the stated answer of a release. */
  version: z.string().nullable(),
  /** Why another than the version that was asked answered; null when it answered itself. */
  fallback: fallbackReasonSchema.nullable(),
  /** The version that was asked, where another answered. */
  asked: z.string().optional(),
}

export const classPredictionSchema = z.object({
  ...answered,
  label: z.string(),
  /** Null, with the probabilities, for the stated answer of a release: nothing computed it. */
  confidence: z.number().nullable(),
  probabilities: z.record(z.string(), z.number()).nullable(),
})

/** The right answer lies in the interval in `share` of the cases; the stated answer of a release has none. */
export const numberPredictionSchema = z.object({
  ...answered,
  value: z.number(),
  interval: z.object({ low: z.number(), high: z.number(), share: z.number() }).nullable(),
})

export type NumberPrediction = z.output<typeof numberPredictionSchema>

/** One answer of the gateway. */
export const predictionSchema = z.union([classPredictionSchema, numberPredictionSchema])

const bins = z.object({ edges: z.array(z.number()), counts: z.array(z.int()) })

/** How far right answers lie from predictions: an answer's prediction interval is [value + low, value + high]. */
const residualsSchema = z.object({
  /** Share of the right answers that lie in it. */
  share: z.number(),
  low: z.number(),
  high: z.number(),
})
export type Residuals = z.output<typeof residualsSchema>

const inputsReference = {
  rows: z.int(),
  /** Per input column. Text columns are watched by their length in words, lists, which have a separator, by their entries. Numeric edges are deciles of the training data, one more than counts, the outer two open; core/monitor/bins cuts them. */
  columns: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('number'), name: z.string(), missing: z.int(), ...bins.shape }),
      z.object({ kind: z.literal('length'), name: z.string(), missing: z.int(), separator: z.string().optional(), ...bins.shape }),
      z.object({
        kind: z.literal('category'),
        name: z.string(),
        missing: z.int(),
        /** At most 30 values by count; `other` counts the rest. */
        values: z.array(z.object({ value: z.string(), count: z.int() })),
        other: z.int(),
      }),
    ]),
  ),
}

export const classReferenceSchema = z.object({
  /** Absent, as in the files of earlier versions. */
  task: z.literal('classification').optional(),
  ...inputsReference,
  /** Rows per class, as labelled and as predicted out of fold, in the order of `classes`. */
  classes: z.array(z.object({ name: z.string(), rows: z.int(), predicted: z.int() })),
  /** Out-of-fold confidence: 20 bins over [0, 1], and its mean. */
  confidence: z.object({ counts: z.array(z.int()).length(20), mean: z.number() }),
})
export type ClassReference = z.output<typeof classReferenceSchema>

export const numberReferenceSchema = z.object({
  task: z.literal('regression'),
  ...inputsReference,
  /** The numbers predicted out of fold, cut at their deciles. */
  values: z.object(bins.shape),
  /** Right answer minus out-of-fold prediction. */
  residuals: residualsSchema,
  /** Of the right answers: what a baseline answers. Absent in the first files of regressors. */
  answers: z.object({ mean: z.number(), median: z.number() }).optional(),
})
export type NumberReference = z.output<typeof numberReferenceSchema>

/** The training reference that live traffic is compared with; lives in the .onnx metadata as `stageline.reference`. */
export const referenceSchema = z.union([classReferenceSchema, numberReferenceSchema])
export type Reference = z.output<typeof referenceSchema>
