import { addColumn, columnSpread, columnWork, dotColumn } from './elastic-net-descent'
import type { Pace } from './pace'
import type { SparseColumns } from './sparse-columns'

export type RidgeProblem = {
  columns: SparseColumns
  /** [rows] Weights of rows, above 0, and their sum. */
  weights: Float64Array
  total: number
  /** [rows] What to predict, with a weighted mean of 0. */
  y: Float64Array
  /** Minimises (sum_i weights_i (y_i - x_i w - b)^2 + l2 |w|^2) / 2. */
  l2: number
  /** Stops when the gradient is so much smaller than at the start. */
  tolerance: number
  most: number
  pace: Pace
  onPass?: ((passes: number) => void) | undefined
}

/**
 * Conjugate gradients on the normal equations, scaled by their diagonal (Golub and Van Loan 2013, "Matrix computations",
 * algorithm 11.5.1). The intercept is eliminated by centring each product, so that no column is made dense. A constant
 * column gets a weight of 0, and among many solutions (l2 = 0) one is found. `w` is [terms]; `left` the share of the first
 * gradient that is left.
 */
export async function solveRidge(problem: RidgeProblem): Promise<{ w: Float64Array; passes: number; left: number }> {
  const { columns, weights, total, y, l2, tolerance, most, pace, onPass } = problem
  const { terms } = columns
  const w = new Float64Array(terms)
  const scales = new Float64Array(terms)
  const residual = new Float64Array(terms)
  const pulls = y.map((value, row) => value * (weights[row] ?? 0))
  for (let term = 0; term < terms; term++) {
    const spread = columnSpread(columns, term, weights, total)
    if (spread > 0) {
      scales[term] = 1 / (spread + l2)
      residual[term] = dotColumn(columns, term, pulls)
    }
    if (pace.isDue(2 * columnWork(columns, term))) await pace.pause()
  }
  const direction = residual.map((value, term) => value * (scales[term] ?? 0))
  const start = dot(residual, direction)
  let [size, passes] = [start, 0]
  while (passes < most && size > tolerance ** 2 * start) {
    passes += 1
    const product = await normalProduct(problem, direction, scales)
    const curvature = dot(direction, product)
    if (!(curvature > 0)) break
    const rate = size / curvature
    let nextSize = 0
    for (let term = 0; term < terms; term++) {
      w[term] = (w[term] ?? 0) + rate * (direction[term] ?? 0)
      const left = (residual[term] ?? 0) - rate * (product[term] ?? 0)
      residual[term] = left
      nextSize += left * left * (scales[term] ?? 0)
    }
    for (let term = 0; term < terms; term++) {
      direction[term] = (residual[term] ?? 0) * (scales[term] ?? 0) + (nextSize / size) * (direction[term] ?? 0)
    }
    size = nextSize
    onPass?.(passes)
  }
  return { w, passes, left: start > 0 ? Math.sqrt(size / start) : 0 }
}

/** (X' diag(weights) X + l2) v, with X centred. */
async function normalProduct({ columns, weights, total, l2, pace }: RidgeProblem, v: Float64Array, scales: Float64Array) {
  const scores = new Float64Array(columns.rows)
  for (let term = 0; term < columns.terms; term++) {
    const factor = v[term] ?? 0
    if (factor !== 0) addColumn(columns, term, factor, scores)
    if (pace.isDue(columnWork(columns, term))) await pace.pause()
  }
  const mean = dot(scores, weights) / total
  const pulls = scores.map((score, row) => (score - mean) * (weights[row] ?? 0))
  const product = new Float64Array(columns.terms)
  for (let term = 0; term < columns.terms; term++) {
    if ((scales[term] ?? 0) > 0) product[term] = dotColumn(columns, term, pulls) + l2 * (v[term] ?? 0)
    if (pace.isDue(columnWork(columns, term))) await pace.pause()
  }
  return product
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (const [i, value] of a.entries()) sum += value * (b[i] ?? 0)
  return sum
}
