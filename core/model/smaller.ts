import { z } from 'zod'
import { hashSchema, reportValueSchema } from '#core/ports/kinds'
import { formatBytes, formatFigure, formatNumber, formatShare } from '#core/words/format'

/** How the weights of a registered file are stored. */
export const weightForms = ['float32', 'int8'] as const
export type WeightForm = (typeof weightForms)[number]

const beforeAfter = z.object({ before: z.number(), after: z.number() })

/** What a model in int8 costs and gains, measured on rows: the file as it was against the smaller one. */
export const smallerMeasuredSchema = z.object({
  /** The rows that it was measured on: those of the evaluation, of the sample, or of the training. */
  on: z.enum(['evaluation', 'sample', 'training']),
  rows: z.int(),
  bytes: beforeAfter,
  rowsPerSecond: beforeAfter,
  /** Accuracy, or R2 of a regressor; null where the rows have no right answers. */
  score: beforeAfter.extend({ name: z.enum(['accuracy', 'R2']) }).nullable(),
  /** Share of the rows that another class is answered to; null of a regressor. */
  changed: z.number().nullable(),
  /** Of a probability; of a number as a share of its size when that is above 1. */
  largestDifference: z.number(),
  /** Largest difference of both runtimes on the smaller file. */
  parity: z.number(),
})
export type SmallerMeasured = z.output<typeof smallerMeasuredSchema>

/** The result of a job of kind `quantise-model`: the smaller file, not yet registered, and what it costs and gains. */
export const smallerResultSchema = z.object({
  model: z.string(),
  version: z.int(),
  artifact: hashSchema,
  bytes: z.int(),
  measured: smallerMeasuredSchema,
  /** The evaluation of the smaller model on the rows of the version's own; null where those are not known. */
  report: reportValueSchema.nullable(),
})
export type SmallerResult = z.output<typeof smallerResultSchema>

/** Points of accuracy, or of R2 in hundredths, that were lost; below 0 when it got better. Null where nothing could be measured. */
export function pointsLost({ score }: Pick<SmallerMeasured, 'score'>): number | null {
  return score === null ? null : (score.before - score.after) * 100
}

/** The measurement in one line. */
export function smallerWords(measured: SmallerMeasured): string {
  const { bytes, rowsPerSecond, score, changed, largestDifference, rows, on } = measured
  const parts = [
    `${formatBytes(bytes.before)} to ${formatBytes(bytes.after)}`,
    `${formatNumber(Math.round(rowsPerSecond.before))} to ${formatNumber(Math.round(rowsPerSecond.after))} rows a second`,
    ...(score ? [`${score.name} ${formatFigure(score.before)} to ${formatFigure(score.after)}`] : []),
    ...(changed === null ? [] : [`${formatShare(changed, 2)} of the answers change`]),
    `${changed === null ? 'a number' : 'a probability'} differs by at most ${formatFigure(largestDifference)}`,
  ]
  return `int8: ${parts.join(', ')} (${formatNumber(rows)} ${on} rows).`
}
