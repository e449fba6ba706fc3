import { z } from 'zod'
import { intervalSchema } from './slices'

const rate = z.object({ value: z.number(), interval: intervalSchema })

/** Difference and ratio of the lowest to the highest group; the ratio is null when the highest is 0. */
const gap = z.object({
  lowest: z.string(),
  highest: z.string(),
  difference: z.number(),
  ratio: z.number().nullable(),
  /** Of the two-sample test that both groups have one rate. */
  p: z.number(),
})
export type FairnessGap = z.output<typeof gap>

/** Whether one class (the one that people want or fear) is given to all groups alike. */
export const fairnessReportSchema = z.object({
  report: z.literal('fairness'),
  column: z.string(),
  /** The class that counts as selected. */
  selects: z.string(),
  rows: z.int(),
  groups: z.array(
    z.object({
      name: z.string(),
      rows: z.int(),
      positives: z.int(),
      selected: z.int(),
      selectionRate: rate,
      /** Null where there are no rows to measure on. */
      truePositiveRate: rate.nullable(),
      falsePositiveRate: rate.nullable(),
      accuracy: z.number(),
      /** Has enough rows to be compared. */
      isCompared: z.boolean(),
    }),
  ),
  /** Null with fewer than two groups that can be compared. */
  selection: gap.nullable(),
  truePositive: gap.nullable(),
  falsePositive: gap.nullable(),
  /** The larger difference of true and false positive rate: 0 are equalised odds. */
  equalisedOdds: z.number().nullable(),
  /** Whether each group is selected at least four fifths as often as the most selected one. */
  fourFifths: z.enum(['holds', 'fails', 'nobody-selected', 'not-enough-rows']),
})
export type FairnessReport = z.output<typeof fairnessReportSchema>
