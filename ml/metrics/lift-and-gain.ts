import type { LiftReport } from '#core/reports/lift'
import { type Cut, cutsOf, thinByRows } from './one-against-rest'

const parts = 10
const mostPoints = 200

/**
 * How many rows of each class stand among the rows that have it most probable. `probabilities` [rows][classes] row-major,
 * `truth` class index per row. Between two distinct probabilities the gain runs straight, which spreads rows of one
 * probability evenly. Throws AppError without rows.
 */
export function liftAndGain({
  classes,
  truth,
  probabilities,
}: {
  classes: readonly string[]
  truth: Int32Array
  probabilities: ArrayLike<number>
}): LiftReport {
  const width = classes.length
  return {
    report: 'lift',
    rows: truth.length,
    classes: classes.flatMap((name, k) => {
      const scores = Float64Array.from(truth, (_, row) => probabilities[row * width + k] ?? Number.NaN)
      const cuts = cutsOf(
        scores,
        Uint8Array.from(truth, (label) => (label === k ? 1 : 0)),
      )
      const positives = cuts.at(-1)?.hits ?? 0
      return positives === 0
        ? []
        : [{ name, positives, deciles: decilesOf(cuts, truth.length, positives), curve: curveOf(cuts, truth.length, positives) }]
    }),
  }
}

type Ranked = LiftReport['classes'][number]

function decilesOf(cuts: readonly Cut[], rows: number, positives: number): Ranked['deciles'] {
  const hits = Array.from({ length: parts + 1 }, (_, i) => hitsAmong(cuts, (i * rows) / parts))
  return Array.from({ length: parts }, (_, i) => {
    const [before, after] = [hits[i] ?? 0, hits[i + 1] ?? 0]
    const rate = (after - before) / (rows / parts)
    const gain = after / positives
    return { decile: i + 1, rate, lift: rate / (positives / rows), gain, cumulativeLift: (gain * parts) / (i + 1) }
  })
}

/** Rows of the class among the first so many rows, which may be a broken number. */
function hitsAmong(cuts: readonly Cut[], rows: number): number {
  const at = cuts.findIndex(({ called }) => called >= rows)
  const [before, after] = [cuts[at - 1] ?? { called: 0, hits: 0 }, cuts[at]]
  if (!after) return cuts.at(-1)?.hits ?? 0
  return before.hits + ((after.hits - before.hits) * (rows - before.called)) / (after.called - before.called)
}

function curveOf(cuts: readonly Cut[], rows: number, positives: number): Ranked['curve'] {
  const points = [{ called: 0, hits: 0 }, ...cuts]
  return thinByRows(points, ({ called }) => called, mostPoints).map(({ called, hits }) => ({ x: called / rows, y: hits / positives }))
}
