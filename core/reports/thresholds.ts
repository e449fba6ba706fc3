import { z } from 'zod'

/** One threshold: a row is called the class when its probability is at or above it; null calls none. Figures of 0/0 are 0. */
const point = z.object({
  threshold: z.number().nullable(),
  /** Rows that are called the class. */
  called: z.int(),
  precision: z.number(),
  recall: z.number(),
  f1: z.number(),
  /** Share of the other rows that are called the class. */
  falsePositiveRate: z.number(),
  accuracy: z.number(),
  /** Mean cost of a row. */
  cost: z.number(),
})
export type ThresholdPoint = z.output<typeof point>

/** What each outcome costs; below 0 is a gain. */
export const costsSchema = z.object({
  truePositive: z.number().default(0).meta({ title: 'Hit', description: 'Cost of a row that is called the class and is.', example: '0' }),
  falsePositive: z
    .number()
    .default(1)
    .meta({ title: 'False alarm', description: 'Cost of a row that is called and is not.', example: '1' }),
  falseNegative: z
    .number()
    .default(1)
    .meta({ title: 'Miss', description: 'Cost of a row of the class that is not called.', example: '10' }),
  trueNegative: z
    .number()
    .default(0)
    .meta({ title: 'Rightly left', description: 'Cost of a row that is not called, rightly.', example: '0' }),
})
export type Costs = z.output<typeof costsSchema>

export const thresholdMetrics = ['cost', 'F1', 'accuracy', 'balanced accuracy'] as const
export type ThresholdMetric = (typeof thresholdMetrics)[number]

/** What follows from where the line is drawn for one class against the rest. */
export const thresholdsReportSchema = z.object({
  report: z.literal('thresholds'),
  name: z.string(),
  rows: z.int(),
  positives: z.int(),
  costs: costsSchema,
  /** From the highest threshold to the lowest, thinned to at most 200. */
  points: z.array(point),
  best: point.extend({ by: z.enum(thresholdMetrics) }),
  /** At the threshold that was asked about. */
  inUse: point,
})
export type ThresholdsReport = z.output<typeof thresholdsReportSchema>

/** What all figures of a threshold follow from: how many rows are called the class, and how many of them are. */
const counts = z.object({ threshold: z.number().nullable(), called: z.int(), hits: z.int() })

/** One class against the rest: the counts at each threshold, from none called to all, thinned to at most 200. */
export const thresholdCountsSchema = z.object({ name: z.string(), rows: z.int(), positives: z.int(), points: z.array(counts) })
export type ThresholdCounts = z.output<typeof thresholdCountsSchema>

/** The figures at one threshold; those of 0/0 are 0. */
export function thresholdPoint(
  { threshold, called, hits }: z.output<typeof counts>,
  { rows, positives, costs }: { rows: number; positives: number; costs: Costs },
): ThresholdPoint {
  const alarms = called - hits
  const misses = positives - hits
  const left = rows - called - misses
  const cost = hits * costs.truePositive + alarms * costs.falsePositive + misses * costs.falseNegative + left * costs.trueNegative
  return {
    threshold,
    called,
    precision: ratio(hits, called),
    recall: ratio(hits, positives),
    f1: ratio(2 * hits, called + positives),
    falsePositiveRate: ratio(alarms, rows - positives),
    accuracy: ratio(hits + left, rows),
    cost: ratio(cost, rows),
  }
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
