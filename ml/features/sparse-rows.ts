/**
 * Sparse rows (CSR): row r has the terms `ids[ptr[r] .. ptr[r+1])` with `values` beside them; all other terms are 0. A missing
 * value is NaN.
 */
export type SparseRows = {
  rows: number
  /** Number of terms (columns). */
  terms: number
  /** Per term, how many codes its values have: 0 for a number, k for a category with codes 0 to k - 1. Null: all are numbers. */
  codes?: Int32Array | null
  /** How people read a term; for messages and for params that name columns. */
  nameOf?: (term: number) => string
  ptr: Int32Array
  ids: Int32Array
  values: Float32Array
}

/** The rows [from, to) on the same arrays; `to` may lie beyond the last. */
export function rowsBetween(x: SparseRows, from: number, to: number): SparseRows {
  const end = Math.min(to, x.rows)
  return { ...x, rows: end - from, ptr: x.ptr.subarray(from, end + 1) }
}
