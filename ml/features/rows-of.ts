import type { SparseRows } from './sparse-rows'

/** Rows written out as numbers; zeros are left out, as in text, unless `keepZeros`. */
export function rowsOf(values: readonly (readonly number[])[], keepZeros = false): SparseRows {
  const ptr = new Int32Array(values.length + 1)
  const ids: number[] = []
  const held: number[] = []
  for (const [row, numbers] of values.entries()) {
    for (const [term, value] of numbers.entries()) {
      if (value === 0 && !keepZeros) continue
      ids.push(term)
      held.push(value)
    }
    ptr[row + 1] = ids.length
  }
  return { rows: values.length, terms: values[0]?.length ?? 0, ptr, ids: Int32Array.from(ids), values: Float32Array.from(held) }
}
