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

/** Some rows, in the order asked for, on arrays of their own. */
export function rowsAt(x: SparseRows, rows: Int32Array): SparseRows {
  const ptr = new Int32Array(rows.length + 1)
  for (const [i, row] of rows.entries()) ptr[i + 1] = (ptr[i] ?? 0) + (x.ptr[row + 1] ?? 0) - (x.ptr[row] ?? 0)
  const ids = new Int32Array(ptr[rows.length] ?? 0)
  const values = new Float32Array(ids.length)
  for (const [i, row] of rows.entries()) {
    ids.set(x.ids.subarray(x.ptr[row], x.ptr[row + 1]), ptr[i])
    values.set(x.values.subarray(x.ptr[row], x.ptr[row + 1]), ptr[i])
  }
  return { ...x, rows: rows.length, ptr, ids, values }
}
