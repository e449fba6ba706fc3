import { AppError } from '#core/errors/app-error'
import type { ThresholdChoice, ThresholdGoal } from '#core/model/answering'
import type { ThresholdMetric, ThresholdPoint } from '#core/reports/thresholds'
import { thresholdCurve } from '#ml/metrics/threshold-curve'
import { argmaxRows } from '#ml/models/scores'

/** When a model of two classes answers which: the positive one when its probability is at or above the threshold. */
export type Threshold = {
  /** Index of the class, 0 or 1. */
  positive: number
  /** A float32, as the probabilities are. */
  threshold: number
}

const metrics: Record<ThresholdGoal, ThresholdMetric> = { f1: 'F1', balanced: 'balanced accuracy', cost: 'cost' }

/** Class per row: the most probable one, or as the threshold says. */
export function answersOf(probabilities: Float32Array, classes: number, threshold: Threshold | null): Int32Array {
  if (!threshold) return argmaxRows(probabilities, classes)
  const { positive } = threshold
  const answers = new Int32Array(probabilities.length / 2)
  for (let row = 0; row < answers.length; row++)
    answers[row] = (probabilities[row * 2 + positive] ?? 0) >= threshold.threshold ? positive : 1 - positive
  return answers
}

/** Index of the positive class: the named one, or the one with fewer rows, of equals the second. Throws AppError unless there are two classes. */
export function positiveOf({ positive }: ThresholdChoice, classes: readonly string[], y: Int32Array): number {
  if (classes.length !== 2) {
    throw new AppError('bad_params', {
      detail: `A threshold decides between two classes, and there are ${classes.length}: answer with the most probable class instead.`,
      hint: { param: 'threshold', fix: { label: 'Answer the most probable', kind: 'set-param', value: 'half' } },
    })
  }
  if (positive === '') return y.reduce((sum, k) => sum + k, 0) > y.length / 2 ? 0 : 1
  const k = classes.indexOf(positive)
  if (k >= 0) return k
  throw new AppError('bad_params', {
    detail: `There is no class "${positive}" to be the positive one; the classes are ${classes.map((name) => `"${name}"`).join(' and ')}.`,
    hint: { param: 'positive' },
  })
}

/** The goal at some threshold: F1, balanced accuracy, or mean cost of a row. */
type GoalReached = { chosen: number; half: number }

/**
 * The best threshold on probabilities that are out of fold, [rows][2]. It lies half-way between the lowest probability
 * that is called and the next lower one, so that it does not depend on the last bits of either; above 1, it calls none.
 * Also what the goal is at it, and at one half.
 */
export function chooseThreshold(
  choice: ThresholdChoice,
  positive: number,
  { probabilities, y }: { probabilities: Float32Array; y: Int32Array },
): Threshold & GoalReached {
  const scores = Float64Array.from(y, (_, row) => probabilities[row * 2 + positive] ?? 0)
  const { best, inUse } = thresholdCurve({
    name: '',
    scores,
    isPositive: Uint8Array.from(y, (k) => (k === positive ? 1 : 0)),
    costs: { truePositive: 0, falsePositive: choice.costFalsePositive, falseNegative: choice.costFalseNegative, trueNegative: 0 },
    by: metrics[choice.by],
    inUse: 0.5,
  })
  const above = best.threshold ?? 1
  const below = scores.reduce((most, score) => (score < (best.threshold ?? 2) && score > most ? score : most), 0)
  const middle = Math.fround((above + below) / 2)
  const isNever = best.threshold === null && middle >= 1
  return {
    positive,
    threshold: isNever ? 1 + 2 ** -20 : middle > below ? middle : above,
    chosen: goalAt(best, choice.by),
    half: goalAt(inUse, choice.by),
  }
}

function goalAt({ f1, recall, falsePositiveRate, cost }: ThresholdPoint, by: ThresholdGoal): number {
  switch (by) {
    case 'f1':
      return f1
    case 'balanced':
      return (recall + 1 - falsePositiveRate) / 2
    case 'cost':
      return cost
  }
}
