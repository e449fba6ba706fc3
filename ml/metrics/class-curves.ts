import type { LiftDeciles } from '#core/reports/lift'
import type { ThresholdCounts } from '#core/reports/thresholds'
import { liftAndGain } from './lift-and-gain'
import { type Cut, cutsOf, thinByRows } from './one-against-rest'

const most = { classes: 12, points: 200, cells: 5_000_000 }

/**
 * What people look at to draw a line: per class, one against the rest, the counts at each threshold, and lift by tenths.
 * `probabilities` [rows][classes] row-major, `truth` class index per row. Empty for more than 12 classes or five million
 * probabilities; classes without rows are left out. Throws AppError without rows.
 */
export function classCurves(args: { classes: readonly string[]; truth: Int32Array; probabilities: ArrayLike<number> }): {
  thresholds: ThresholdCounts[]
  lift: LiftDeciles[]
} {
  const { classes, truth, probabilities } = args
  const width = classes.length
  if (width > most.classes || probabilities.length > most.cells) return { thresholds: [], lift: [] }
  const thresholds = classes.flatMap((name, k): ThresholdCounts[] => {
    const isPositive = Uint8Array.from(truth, (label) => (label === k ? 1 : 0))
    const cuts = cutsOf(
      Float64Array.from(truth, (_, row) => probabilities[row * width + k] ?? Number.NaN),
      isPositive,
    )
    const positives = cuts.at(-1)?.hits ?? 0
    return positives === 0 ? [] : [{ name, rows: truth.length, positives, points: pointsOf(cuts) }]
  })
  return { thresholds, lift: liftAndGain(args).classes.map(({ curve: _, ...deciles }) => deciles) }
}

function pointsOf(cuts: readonly Cut[]): ThresholdCounts['points'] {
  const points = [{ threshold: null, called: 0, hits: 0 }, ...cuts.map(({ score, called, hits }) => ({ threshold: score, called, hits }))]
  return thinByRows(points, ({ called }) => called, most.points)
}
