import type { SparseRows } from '#ml/features/sparse-rows'

/**
 * Recommends from hidden factors (Hu, Koren and Volinsky 2008, "Collaborative filtering for implicit feedback datasets"): a
 * user's factors x solve (gram + confidence * sum of y y' over the items had) x = (1 + confidence) * sum of y, and an item's
 * score is x y + bias. Without factors all users get the bias, which is popularity.
 */
export type FactorModel = {
  shape: 'factors'
  /** [terms][size]: the factors y of each item. */
  factors: Float32Array
  size: number
  /** [size][size]: sum of y y' over all items, and the regularisation on its diagonal. */
  gram: Float64Array
  /** How much surer an item that was had is than one that was not. */
  confidence: number
  /** Steps of conjugate gradients by which x is found. */
  steps: number
  /** [terms] */
  bias: Float32Array
  /** Items; each is a term and an output. */
  terms: number
  outputs: number
}

/** Keeps a quotient finite where nothing is left to solve. */
export const smallestDivisor = 1e-200

/** Scores of rows, [rows][outputs] row-major; the values of a row do not count, only which items it holds. */
export function factorScores(model: FactorModel, x: SparseRows): Float32Array {
  const { factors, size, bias, outputs } = model
  const scores = new Float32Array(x.rows * outputs)
  for (let row = 0; row < x.rows; row++) {
    const items = x.ids.subarray(x.ptr[row] ?? 0, x.ptr[row + 1] ?? 0)
    const user = size === 0 ? new Float64Array(0) : foldIn(model, items)
    const at = row * outputs
    for (let item = 0; item < outputs; item++) scores[at + item] = dotAt(user, factors, item * size) + (bias[item] ?? 0)
  }
  return scores
}

/**
 * Factors [size] of a user who has these items, by `steps` steps of conjugate gradients from 0 (Takacs, Pilaszy and Tikk 2011,
 * "Applications of the conjugate gradient method for implicit feedback collaborative filtering"). ml/onnx/export-factors.ts
 * does the same, step by step.
 */
export function foldIn({ factors, size, gram, confidence, steps }: FactorModel, items: ArrayLike<number>): Float64Array {
  const x = new Float64Array(size)
  const residual = new Float64Array(size)
  for (let i = 0; i < items.length; i++) addAt(residual, 1 + confidence, factors, (items[i] ?? 0) * size)
  const direction = residual.slice()
  const product = new Float64Array(size)
  let left = dotAt(residual, residual, 0)
  for (let step = 0; step < steps; step++) {
    for (let f = 0; f < size; f++) product[f] = dotAt(direction, gram, f * size)
    for (let i = 0; i < items.length; i++) {
      const at = (items[i] ?? 0) * size
      addAt(product, confidence * dotAt(direction, factors, at), factors, at)
    }
    const rate = left / Math.max(dotAt(direction, product, 0), smallestDivisor)
    for (let f = 0; f < size; f++) {
      x[f] = (x[f] ?? 0) + rate * (direction[f] ?? 0)
      residual[f] = (residual[f] ?? 0) - rate * (product[f] ?? 0)
    }
    const next = dotAt(residual, residual, 0)
    const keep = next / Math.max(left, smallestDivisor)
    for (let f = 0; f < size; f++) direction[f] = (residual[f] ?? 0) + keep * (direction[f] ?? 0)
    left = next
  }
  return x
}

/** a . b[at ..] */
export function dotAt(a: Float64Array, b: Float64Array | Float32Array, at: number): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[at + i] ?? 0)
  return sum
}

/** a += factor * b[at ..] */
export function addAt(a: Float64Array, factor: number, b: Float64Array | Float32Array, at: number): void {
  for (let i = 0; i < a.length; i++) a[i] = (a[i] ?? 0) + factor * (b[at + i] ?? 0)
}
