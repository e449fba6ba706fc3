import type { SparseRows } from '#ml/features/sparse-rows'
import type { Pace } from './pace'

/**
 * Sparse columns (CSC): term t has the rows `rowIds[ptr[t] .. ptr[t+1])` with `values` beside them. Columns with a value in
 * every row are centred, which costs them no sparseness: the row's own value is `values + centres[t]`.
 */
export type SparseColumns = {
  rows: number
  terms: number
  ptr: Int32Array
  rowIds: Int32Array
  values: Float64Array
  /** [terms] What was taken from the values; 0 for columns with gaps. */
  centres: Float64Array
}

/** Turns rows into columns; the centres are means over rows by their weight. A column of one value becomes all zeros. */
export async function centredColumns(x: SparseRows, weights: Float64Array | null, pace: Pace): Promise<SparseColumns> {
  const ptr = new Int32Array(x.terms + 1)
  for (const term of x.ids) ptr[term + 1] = (ptr[term + 1] ?? 0) + 1
  for (let term = 0; term < x.terms; term++) ptr[term + 1] = (ptr[term + 1] ?? 0) + (ptr[term] ?? 0)
  const next = ptr.slice()
  const rowIds = new Int32Array(x.ids.length)
  const values = new Float64Array(x.ids.length)
  for (let row = 0; row < x.rows; row++) {
    for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) {
      const term = x.ids[j] ?? 0
      const at = next[term] ?? 0
      rowIds[at] = row
      values[at] = x.values[j] ?? 0
      next[term] = at + 1
    }
    if (pace.isDue(2 * ((x.ptr[row + 1] ?? 0) - (x.ptr[row] ?? 0)) + 4)) await pace.pause()
  }
  const centres = new Float64Array(x.terms)
  for (let term = 0; term < x.terms; term++) {
    const [from, end] = [ptr[term] ?? 0, ptr[term + 1] ?? 0]
    if (end - from === x.rows) centres[term] = centre(values.subarray(from, end), weights)
  }
  return { rows: x.rows, terms: x.terms, ptr, rowIds, values, centres }
}

function centre(values: Float64Array, weights: Float64Array | null): number {
  const first = values[0] ?? 0
  let sum = 0
  let total = 0
  // sums of differences from the first keep the digits that large values share, and a constant column exactly 0
  for (const [row, value] of values.entries()) {
    const weight = weights?.[row] ?? 1
    sum += weight * (value - first)
    total += weight
  }
  const mean = sum / total
  for (let row = 0; row < values.length; row++) values[row] = (values[row] ?? 0) - first - mean
  return first + mean
}
