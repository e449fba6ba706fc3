import type { SparseRows } from '#ml/features/sparse-rows'

/**
 * Recommends by links between items: the score of an item is the sum of the links to it from the items had, over the root of
 * how many those are, so that long lists do not make it ever surer, and bias.
 */
export type LinkModel = {
  shape: 'links'
  /** [terms][width]: the items that each item links to; `terms` where it has fewer links. */
  ids: Int32Array
  /** [terms][width]: how strongly; 0 where there is no link. */
  values: Float32Array
  width: number
  /** [terms] */
  bias: Float32Array
  /** Items; each is a term and an output. */
  terms: number
  outputs: number
}

/** Scores of rows less the highest of their row, [rows][outputs] row-major; the values of a row do not count, only which items it holds. */
export function linkScores({ ids, values, width, bias, terms }: LinkModel, x: SparseRows): Float32Array {
  const scores = new Float32Array(x.rows * terms)
  const sums = new Float64Array(terms + 1)
  for (let row = 0; row < x.rows; row++) {
    const items = x.ids.subarray(x.ptr[row] ?? 0, x.ptr[row + 1] ?? 0)
    sums.fill(0)
    for (const item of items) {
      for (let at = item * width, end = at + width; at < end; at++) {
        const other = ids[at] ?? 0
        sums[other] = (sums[other] ?? 0) + (values[at] ?? 0)
      }
    }
    const scale = Math.sqrt(Math.max(1, items.length))
    let peak = Number.NEGATIVE_INFINITY
    for (let item = 0; item < terms; item++) {
      const score = (sums[item] ?? 0) / scale + (bias[item] ?? 0)
      sums[item] = score
      peak = Math.max(peak, score)
    }
    const at = row * terms
    for (let item = 0; item < terms; item++) scores[at + item] = (sums[item] ?? 0) - peak
  }
  return scores
}
