/** Terms per tile: the part of the result that they fill stays in the cache. */
const tile = 64

/** Weights per class, [classes][terms] -> [terms][classes] in single precision, as LinearModel keeps them. */
export function termMajor(perClass: Float32Array | Float64Array, terms: number, classes: number): Float32Array {
  const weights = new Float32Array(terms * classes)
  for (let from = 0; from < terms; from += tile) {
    const to = Math.min(terms, from + tile)
    for (let k = 0; k < classes; k++) {
      for (let term = from; term < to; term++) weights[term * classes + k] = perClass[k * terms + term] ?? 0
    }
  }
  return weights
}
