import type { SparseRows } from '#ml/features/sparse-rows'

/** Weights between two layers. */
export type NetworkLayer = {
  /** [inputs][outputs], row-major. */
  weights: Float32Array
  /** [outputs] */
  bias: Float32Array
  inputs: number
  outputs: number
}

/** A multilayer perceptron: each layer is x W + b; between layers, what is below 0 becomes 0 (ReLU). */
export type NetworkModel = {
  shape: 'network'
  /** The first reads the terms, the last gives the scores. */
  layers: NetworkLayer[]
  terms: number
  outputs: number
}

/** More terms than this are texts, which a .onnx must not write out; it sums their first layer in float32, all else in double precision. */
export const mostDoubleTerms = 2_000

/** Scores of sparse rows, [rows][outputs] row-major; each layer is summed in double precision. */
export function networkScores({ layers, outputs }: NetworkModel, x: SparseRows): Float32Array {
  const scores = new Float32Array(x.rows * outputs)
  const sums = layers.map((layer) => new Float64Array(layer.outputs))
  const last = sums.at(-1) ?? new Float64Array(0)
  for (let row = 0; row < x.rows; row++) {
    forward(layers, sums, x, row)
    scores.set(last, row * outputs)
  }
  return scores
}

/** What each layer gives for one row, [layer.outputs], after ReLU but for the last; into `sums`. */
export function forward(layers: readonly NetworkLayer[], sums: readonly Float64Array[], x: SparseRows, row: number): void {
  let before: Float64Array | undefined
  for (const [i, { weights, bias, outputs }] of layers.entries()) {
    const sum = sums[i] ?? new Float64Array(0)
    sum.set(bias)
    if (before) {
      for (let from = 0; from < before.length; from++) {
        const value = before[from] ?? 0
        if (value !== 0) addScaled(sum, value, weights, from * outputs)
      }
    } else {
      for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) {
        addScaled(sum, x.values[j] ?? 0, weights, (x.ids[j] ?? 0) * outputs)
      }
    }
    if (i < layers.length - 1) for (let h = 0; h < outputs; h++) if ((sum[h] ?? 0) < 0) sum[h] = 0
    before = sum
  }
}

function addScaled(sum: Float64Array, value: number, weights: Float32Array, at: number): void {
  for (let h = 0; h < sum.length; h++) sum[h] = (sum[h] ?? 0) + value * (weights[at + h] ?? 0)
}
