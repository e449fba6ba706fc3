import type { SparseRows } from '#ml/features/sparse-rows'

/** A linear model: scores = x W + b. Logistic regression, naive Bayes and linear regression end as one. */
export type LinearModel = {
  shape: 'linear'
  /** [terms][outputs], row-major. */
  weights: Float32Array
  /** [outputs] */
  bias: Float32Array
  terms: number
  outputs: number
}

/** Scores of sparse rows, [rows][outputs] row-major, summed in double precision. */
export function linearScores(model: LinearModel, x: SparseRows): Float32Array {
  const { outputs, weights, bias } = model
  const scores = new Float32Array(x.rows * outputs)
  const sums = new Float64Array(outputs)
  for (let row = 0; row < x.rows; row++) {
    for (let k = 0; k < outputs; k++) sums[k] = bias[k] ?? 0
    for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) {
      const value = x.values[j] ?? 0
      const at = (x.ids[j] ?? 0) * outputs
      for (let k = 0; k < outputs; k++) sums[k] = (sums[k] ?? 0) + value * (weights[at + k] ?? 0)
    }
    scores.set(sums, row * outputs)
  }
  return scores
}
