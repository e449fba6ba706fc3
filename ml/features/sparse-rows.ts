/** Sparse rows (CSR): row r has the terms `ids[ptr[r] .. ptr[r+1])` with `values` beside them; all other terms are 0. */
export type SparseRows = {
  rows: number
  /** Number of terms (columns). */
  terms: number
  ptr: Int32Array
  ids: Int32Array
  values: Float32Array
}
