import { pause } from '#ml/pipeline/pause'

/** A rising curve: straight between its knots, level beyond them. */
export type Curve = {
  /** Ascending log-odds. */
  x: Float32Array
  /** Probabilities, one per knot. */
  y: Float32Array
}

/** A model file holds this many knots per class. */
const mostKnots = 200
/** Log-odds are rounded to multiples of 2^-8, or of more, doubled as often as it must be. */
const finest = 8
const mostDoublings = 12
/** Log-odds lie within 70. */
const cellsPerSide = 70 * 2 ** finest
const rowsPerPause = 2_000_000

/** Rows at distinct `x`, ascending: how many, and the sum of their targets. */
type Steps = { x: ArrayLike<number>; rows: ArrayLike<number>; sums: ArrayLike<number> }

/**
 * The rising curve nearest to 0/1 targets by squares (pool adjacent violators; Barlow et al. 1972), as scikit-learn's
 * IsotonicRegression(out_of_bounds='clip'), of log-odds rounded to a grid. The grid is the finest on which the curve has
 * at most 200 knots and no rise steeper than `steepest` per unit: through a steeper one, the last bits of a score, in
 * which the runtimes differ, would show in the answer. `odds` [n] within 70, `isPositive` [n].
 */
export async function fitIsotonic(
  odds: ArrayLike<number>,
  isPositive: Uint8Array,
  { steepest, signal }: { steepest: number; signal?: AbortSignal | undefined },
): Promise<Curve> {
  const rows = new Float64Array(2 * cellsPerSide + 1)
  const sums = new Float64Array(rows.length)
  for (let i = 0; i < isPositive.length; i++) {
    const cell = Math.round((odds[i] ?? 0) * 2 ** finest) + cellsPerSide
    rows[cell] = (rows[cell] ?? 0) + 1
    sums[cell] = (sums[cell] ?? 0) + (isPositive[i] ?? 0)
    if (i % rowsPerPause === rowsPerPause - 1) await pause(signal)
  }
  for (let doublings = 0; ; doublings++) {
    const curve = poolAdjacentViolators(coarsen(rows, sums, doublings))
    if (doublings === mostDoublings || (curve.x.length <= mostKnots && steepestOf(curve) <= steepest)) return curve
  }
}

/** Pools neighbouring steps until their means rise; a level stretch keeps its two ends. At least one step. */
export function poolAdjacentViolators({ x, rows, sums }: Steps): Curve {
  const blocks: { from: number; to: number; rows: number; sum: number }[] = []
  for (let i = 0; i < x.length; i++) {
    let block = { from: x[i] ?? 0, to: x[i] ?? 0, rows: rows[i] ?? 0, sum: sums[i] ?? 0 }
    for (let last = blocks.at(-1); last && last.sum * block.rows >= block.sum * last.rows; last = blocks.at(-1)) {
      block = { from: last.from, to: block.to, rows: last.rows + block.rows, sum: last.sum + block.sum }
      blocks.pop()
    }
    blocks.push(block)
  }
  const knots = blocks.flatMap(({ from, to, rows, sum }) => (from === to ? [[from, sum / rows]] : [from, to].map((at) => [at, sum / rows])))
  return { x: Float32Array.from(knots, ([at = 0]) => at), y: Float32Array.from(knots, ([, value = 0]) => value) }
}

/** The curve at one value. */
export function readCurve({ x, y }: Curve, at: number): number {
  const last = x.length - 1
  if (at >= (x[last] ?? 0)) return y[last] ?? 0
  let [low, high] = [0, last]
  if (at <= (x[0] ?? 0)) return y[0] ?? 0
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((x[middle] ?? 0) <= at) low = middle
    else high = middle
  }
  const [from, to] = [x[low] ?? 0, x[high] ?? 0]
  return (y[low] ?? 0) + (((y[high] ?? 0) - (y[low] ?? 0)) * (at - from)) / (to - from)
}

/** The curve of the other class of two: at -x it says 1 - y. */
export function mirrored({ x, y }: Curve): Curve {
  return { x: x.map((value) => -value).reverse(), y: y.map((value) => 1 - value).reverse() }
}

function steepestOf({ x, y }: Curve): number {
  let most = 0
  for (let i = 1; i < x.length; i++) most = Math.max(most, ((y[i] ?? 0) - (y[i - 1] ?? 0)) / ((x[i] ?? 0) - (x[i - 1] ?? 0)))
  return most
}

function coarsen(rows: Float64Array, sums: Float64Array, doublings: number): { x: number[]; rows: number[]; sums: number[] } {
  const steps: { x: number[]; rows: number[]; sums: number[] } = { x: [], rows: [], sums: [] }
  const factor = 2 ** doublings
  const unit = factor / 2 ** finest
  for (const [i, count] of rows.entries()) {
    if (count === 0) continue
    const x = Math.round((i - cellsPerSide) / factor) * unit
    if (steps.x.at(-1) !== x) {
      steps.x.push(x)
      steps.rows.push(0)
      steps.sums.push(0)
    }
    const at = steps.x.length - 1
    steps.rows[at] = (steps.rows[at] ?? 0) + count
    steps.sums[at] = (steps.sums[at] ?? 0) + (sums[i] ?? 0)
  }
  return steps
}
