import type { Residuals } from '#core/model/signature'
import type { RegressionReport } from '#core/reports/regression'
import { numberErrors } from './number-errors'

const most = { bins: 25, points: 300, worst: 50 }

/**
 * Quality of predictions [rows] against the right answers [rows], all finite. `interval`: the model's own, to see how
 * many right answers it holds; `texts`: what to show of a row among the worst. The rows of `worst` are indexes into
 * `truth`. Definitions as scikit-learn's r2_score, mean_absolute_error, mean_squared_error(squared=False),
 * median_absolute_error and mean_absolute_percentage_error; without rows all figures are 0.
 */
export function regressionReport({
  target,
  truth,
  predicted,
  interval,
  texts,
}: {
  target: string
  truth: Float64Array
  predicted: ArrayLike<number>
  interval?: Residuals
  texts?: (row: number) => string
}): RegressionReport {
  const n = truth.length
  const at = (row: number) => predicted[row] ?? 0
  const residuals = truth.map((value, row) => value - at(row))
  const absolute = residuals.map(Math.abs)
  const { r2, mae, rmse } = numberErrors(truth, predicted)
  const hasZero = truth.some((value) => value === 0)
  const rows = Array.from(truth.keys())
  const worst = rows.sort((a, b) => (absolute[b] ?? 0) - (absolute[a] ?? 0) || a - b).slice(0, most.worst)
  const covered = interval && residuals.filter((residual) => residual >= interval.low && residual <= interval.high).length
  return {
    report: 'regression',
    rows: n,
    target,
    r2,
    mae,
    rmse,
    medianAbsoluteError: medianOf(absolute),
    mape: hasZero || n === 0 ? null : mean(absolute.map((value, row) => value / Math.abs(truth[row] ?? 1))),
    meanResidual: mean(residuals),
    residuals: histogram(residuals),
    points: thinned(truth, at),
    interval: interval && n > 0 ? { share: interval.share, covered: (covered ?? 0) / n } : null,
    worst: worst.map((row) => ({ row, truth: truth[row] ?? 0, predicted: at(row), text: texts?.(row) ?? '' })),
  }
}

/** Rows at even steps from the lowest to the highest prediction, both ends included: the tails are the telling part. */
function thinned(truth: Float64Array, at: (row: number) => number): RegressionReport['points'] {
  const order = Int32Array.from(truth.keys()).sort((a, b) => at(a) - at(b) || a - b)
  const shown = Math.min(order.length, most.points)
  return Array.from({ length: shown }, (_, i) => {
    const row = order[shown === 1 ? 0 : Math.round((i * (order.length - 1)) / (shown - 1))] ?? 0
    return { predicted: at(row), truth: truth[row] ?? 0 }
  })
}

/** Equal-width bins over the range; a single value gets one bin around it. */
function histogram(values: Float64Array): RegressionReport['residuals'] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (values.length === 0) return { edges: [0, 0], counts: [0] }
  const width = (high - low) / most.bins
  // so narrow a range has no room for edges between the doubles
  if (!(low + width > low)) return { edges: [low, high], counts: [values.length] }
  const counts = new Array<number>(most.bins).fill(0)
  for (const value of values) {
    const bin = Math.min(most.bins - 1, Math.floor((value - low) / width))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return { edges: Array.from({ length: most.bins + 1 }, (_, i) => (i === most.bins ? high : low + i * width)), counts }
}

function mean(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

function medianOf(values: Float64Array): number {
  const sorted = values.slice().sort()
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}
