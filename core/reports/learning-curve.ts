import { z } from 'zod'
import { intervalSchema } from './slices'

/** Mean, standard deviation (n - 1) and each fold's own score. */
const scores = z.object({ mean: z.number(), std: z.number(), folds: z.array(z.number()) })

/** A difference as the mean over folds; its interval counts that folds share training rows. */
const change = z.object({ value: z.number(), interval: intervalSchema.nullable() })

/** How good a model is with more and more of its training rows, on those rows and on rows it has not seen. */
export const learningCurveReportSchema = z.object({
  report: z.literal('learning-curve'),
  /** Column that is predicted. */
  target: z.string(),
  /** Of the whole table. */
  rows: z.int(),
  folds: z.int(),
  metric: z.object({ name: z.string(), better: z.enum(['higher', 'lower']), isShare: z.boolean() }),
  /** From few rows to many; the rows of one are among those of the next. */
  points: z
    .array(
      z.object({
        /** Of a fold's training rows. */
        share: z.number(),
        /** Rows trained on in each fold. */
        rows: z.int(),
        training: scores,
        test: scores,
      }),
    )
    .min(2),
  /** By how much the test score is better at the last size than at the one before: above 0 is better. */
  gain: change,
  /** The same with each doubling of the rows, over the later sizes: what twice as many rows may bring. */
  doubling: change,
  /** By how much the training score is better than the test score at the last size. */
  gap: change,
  verdict: z.object({
    rows: z.enum(['more rows help', 'levelled off', 'unclear']),
    fit: z.enum(['overfits', 'agrees', 'unclear']),
    sentence: z.string(),
  }),
})
export type LearningCurveReport = z.output<typeof learningCurveReportSchema>
