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
