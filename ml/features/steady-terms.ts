import type { SparseRows } from './sparse-rows'

/** Terms that every row holds, ascending: number columns, as a rule. Any other term is 0 where a row leaves it out. */
export function steadyTerms(x: SparseRows): Int32Array {
  const held = new Int32Array(x.terms)
  for (const id of x.ids) held[id] = (held[id] ?? 0) + 1
  return Int32Array.from(held.keys()).filter((term) => held[term] === x.rows)
}

/**
 * The same rows with ascending terms and every steady term written out (0 where a row lacks it). Each value is divided by
 * its row's `lengths` [rows], and `shift` [terms] is taken from the steady ones, before it is rounded to float32 again.
 */
export function arrangeRows(x: SparseRows, steady: Int32Array, shift?: Float32Array, lengths?: Float64Array): SparseRows {
  const ptr = new Int32Array(x.rows + 1)
  const ids = new Int32Array(x.ids.length + x.rows * steady.length)
  const values = new Float32Array(ids.length)
  const held = new Int32Array(x.terms)
  const value = new Float64Array(x.terms)
  let used = 0
  for (let row = 0; row < x.rows; row++) {
    const from = used
    const length = lengths?.[row] ?? 1
    for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) {
      const id = x.ids[j] ?? 0
      ids[used++] = id
      held[id] = row + 1
      value[id] = (x.values[j] ?? 0) / length
    }
    for (const id of steady) {
      if (held[id] !== row + 1) {
        ids[used++] = id
        value[id] = 0
      }
      if (shift) value[id] = (value[id] ?? 0) - (shift[id] ?? 0)
    }
    ids.subarray(from, used).sort()
    for (let j = from; j < used; j++) values[j] = value[ids[j] ?? 0] ?? 0
    ptr[row + 1] = used
  }
  return { ...x, ptr, ids: ids.subarray(0, used), values: values.subarray(0, used) }
}

/** Weighted means of the steady terms, 0 for all others, [terms]; float32, because a .onnx subtracts them. */
export function steadyMeans(x: SparseRows, steady: Int32Array, weights: Float64Array | null): Float32Array {
  const sums = new Float64Array(x.terms)
  let total = 0
  for (let row = 0; row < x.rows; row++) {
    const weight = weights?.[row] ?? 1
    total += weight
    for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) {
      const id = x.ids[j] ?? 0
      sums[id] = (sums[id] ?? 0) + weight * (x.values[j] ?? 0)
    }
  }
  const means = new Float32Array(x.terms)
  for (const id of steady) means[id] = (sums[id] ?? 0) / total
  return means
}
