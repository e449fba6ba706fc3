import { type Costs, type ThresholdMetric, type ThresholdPoint, type ThresholdsReport, thresholdPoint } from '#core/reports/thresholds'
import { type Cut, cutsOf, thinByRows } from './one-against-rest'

const mostPoints = 200

export type ThresholdCurveArgs = {
  /** The class that is called or not. */
  name: string
  /** Its probability per row. */
  scores: ArrayLike<number>
  /** 1 for rows of the class. */
  isPositive: Uint8Array
  costs: Costs
  /** What the best threshold is chosen by. */
  by: ThresholdMetric
  /** The threshold to compare with. */
  inUse: number
}

/**
 * What follows from each threshold on the probability of one class. The best one is looked for among all distinct
 * probabilities, and calling none; of equals the highest. Precision, recall and false positive rate as scikit-learn's
 * precision_recall_curve and roc_curve. Throws AppError without rows.
 */
export function thresholdCurve({ name, scores, isPositive, costs, by, inUse }: ThresholdCurveArgs): ThresholdsReport {
  const cuts = cutsOf(scores, isPositive)
  const rows = isPositive.length
  const positives = cuts.at(-1)?.hits ?? 0
  const pointOf = (cut: Omit<Cut, 'score'>, threshold: number | null) => thresholdPoint({ ...cut, threshold }, { rows, positives, costs })
  const none = { called: 0, hits: 0 }
  const points = [pointOf(none, null), ...cuts.map((cut) => pointOf(cut, cut.score))]
  const best = points.reduce((top, point) => (meritOf(point, by) > meritOf(top, by) ? point : top))
  const shown = thinByRows(points, ({ called }) => called, mostPoints - 1)
  if (!shown.includes(best)) shown.push(best)
  return {
    report: 'thresholds',
    name,
    rows,
    positives,
    costs,
    points: shown.sort((a, b) => a.called - b.called),
    best: { ...best, by },
    inUse: pointOf(cuts.findLast(({ score }) => score >= inUse) ?? none, inUse),
  }
}

function meritOf(point: ThresholdPoint, by: ThresholdMetric): number {
  switch (by) {
    case 'cost':
      return -point.cost
    case 'F1':
      return point.f1
    case 'accuracy':
      return point.accuracy
    case 'balanced accuracy':
      return (point.recall + 1 - point.falsePositiveRate) / 2
  }
}
