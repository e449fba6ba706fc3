import type { SparseRows } from '#ml/features/sparse-rows'
import { arrangeRows } from '#ml/features/steady-terms'

/**
 * A normal distribution per term and class: score = bias - sum over terms of ((x - mean) * scale)^2. In double precision, because
 * a narrow distribution makes such a sum as large as 1e9 while differences of 1 decide.
 */
export type GaussianModel = {
  shape: 'gaussian'
  /** [terms][outputs], row-major. */
  means: Float64Array
  /** [terms][outputs]: 1 / sqrt(2 * variance). */
  scales: Float64Array
  /** [outputs]: ln P(class) - sum of ln(sqrt(2 pi variance)). */
  bias: Float64Array
  /** Terms that every training row held, ascending. */
  steady: Int32Array
  terms: number
  outputs: number
}

/** How far a class may lie behind the likeliest, as a logarithm: farther out, the curve is wrong and not the class. */
export const leastScore = -100

/**
 * Joint log-likelihoods less the highest of their row, [rows][outputs] row-major, not below `leastScore`. A row visits
 * only the terms it holds: what the others add where they are 0 is summed once.
 */
export function gaussianScores(model: GaussianModel, x: SparseRows): Float32Array {
  const { means, scales, bias, outputs, steady } = model
  const rows = arrangeRows(x, steady)
  const isSteady = new Uint8Array(model.terms)
  for (const term of steady) isSteady[term] = 1
  const whenAbsent = sumOfAbsent(model, isSteady)
  const scores = new Float32Array(x.rows * outputs)
  const near = new Float64Array(outputs)
  const covered = new Float64Array(outputs)
  for (let row = 0; row < x.rows; row++) {
    near.fill(0)
    covered.fill(0)
    for (let j = rows.ptr[row] ?? 0, end = rows.ptr[row + 1] ?? 0; j < end; j++) {
      const term = rows.ids[j] ?? 0
      const value = rows.values[j] ?? 0
      const at = term * outputs
      for (let k = 0; k < outputs; k++) {
        const mean = means[at + k] ?? 0
        const scale = scales[at + k] ?? 0
        near[k] = (near[k] ?? 0) + ((value - mean) * scale) ** 2
        if (isSteady[term] === 0) covered[k] = (covered[k] ?? 0) + (mean * scale) ** 2
      }
    }
    // covered and whenAbsent are sums in the same order: where a row holds all that counts, they cancel to the last bit
    for (let k = 0; k < outputs; k++) near[k] = (bias[k] ?? 0) - (near[k] ?? 0) - ((whenAbsent[k] ?? 0) - (covered[k] ?? 0))
    let highest = Number.NEGATIVE_INFINITY
    for (const score of near) highest = Math.max(highest, score)
    for (let k = 0; k < outputs; k++) scores[row * outputs + k] = Math.max(leastScore, (near[k] ?? 0) - highest)
  }
  return scores
}

/** [outputs]: what all terms that a row may leave out add when they are 0. */
function sumOfAbsent({ means, scales, terms, outputs }: GaussianModel, isSteady: Uint8Array): Float64Array {
  const sums = new Float64Array(outputs)
  for (let term = 0; term < terms; term++) {
    if (isSteady[term] === 1) continue
    for (let k = 0; k < outputs; k++) {
      const at = term * outputs + k
      sums[k] = (sums[k] ?? 0) + ((means[at] ?? 0) * (scales[at] ?? 0)) ** 2
    }
  }
  return sums
}
