import type { SparseRows } from '#ml/features/sparse-rows'

/** A linear softmax classifier: probabilities = softmax(x W + b). All estimators of this folder end as one. */
export type LinearModel = {
  /** [terms][classes], row-major. */
  weights: Float32Array
  /** [classes] */
  bias: Float32Array
  terms: number
  classes: number
}

/** Logits of sparse rows, [rows][classes] row-major, summed in double precision. */
export function linearLogits(model: LinearModel, x: SparseRows): Float32Array {
  const { classes, weights, bias } = model
  const logits = new Float32Array(x.rows * classes)
  const sums = new Float64Array(classes)
  for (let row = 0; row < x.rows; row++) {
    for (let k = 0; k < classes; k++) sums[k] = bias[k] ?? 0
    for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) {
      const value = x.values[j] ?? 0
      const at = (x.ids[j] ?? 0) * classes
      for (let k = 0; k < classes; k++) sums[k] = (sums[k] ?? 0) + value * (weights[at + k] ?? 0)
    }
    logits.set(sums, row * classes)
  }
  return logits
}

/** Softmax of each row, in place: logits become probabilities. */
export function softmaxRows(logits: Float32Array, classes: number): Float32Array {
  const exps = new Float64Array(classes)
  for (let at = 0; at < logits.length; at += classes) {
    let peak = Number.NEGATIVE_INFINITY
    for (let k = 0; k < classes; k++) peak = Math.max(peak, logits[at + k] ?? 0)
    let sum = 0
    for (let k = 0; k < classes; k++) {
      const e = Math.exp((logits[at + k] ?? 0) - peak)
      exps[k] = e
      sum += e
    }
    for (let k = 0; k < classes; k++) logits[at + k] = (exps[k] ?? 0) / sum
  }
  return logits
}

/** The first class with the highest value, per row. */
export function argmaxRows(values: Float32Array, classes: number): Int32Array {
  const best = new Int32Array(values.length / classes)
  for (let row = 0; row < best.length; row++) {
    const at = row * classes
    let top = 0
    for (let k = 1; k < classes; k++) if ((values[at + k] ?? 0) > (values[at + top] ?? 0)) top = k
    best[row] = top
  }
  return best
}

/** The same classifier with logits divided by `temperature`. */
export function cooledModel(model: LinearModel, temperature: number): LinearModel {
  const scale = 1 / temperature
  return { ...model, weights: model.weights.map((w) => w * scale), bias: model.bias.map((b) => b * scale) }
}
