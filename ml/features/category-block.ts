import type { CategoryStep } from '#core/ports/plan'

/** A fitted one-hot column. */
export type CategoryBlock = {
  kind: 'category'
  name: string
  /** Kept values by descending count; value i is term `offset + i`. */
  values: string[]
  /** Rarer and unseen values share the last term of the block; without rare values in training, they are all zeros. */
  hasOther: boolean
  offset: number
  terms: number
}

/** Keeps values with at least `minRows` of the given rows, at most `maxValues` by count (ties: code-unit order). */
export function fitCategory(
  raw: { name: string; step: CategoryStep; values: readonly string[]; codes: Int32Array },
  rows: Int32Array,
  offset: number,
): CategoryBlock {
  const counts = new Int32Array(raw.values.length)
  for (const row of rows) {
    const code = raw.codes[row] ?? 0
    counts[code] = (counts[code] ?? 0) + 1
  }
  const seen = raw.values.map((value, code) => ({ value, count: counts[code] ?? 0 })).filter(({ count }) => count > 0)
  seen.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  const kept = seen.filter(({ count }) => count >= raw.step.minRows).slice(0, raw.step.maxValues)
  const hasOther = kept.length < seen.length
  const terms = kept.length + (hasOther ? 1 : 0)
  return { kind: 'category', name: raw.name, values: kept.map(({ value }) => value), hasOther, offset, terms }
}

/** Code of the raw column -> term, or -1 for all zeros. */
export function categoryTerms(block: CategoryBlock, values: readonly string[]): Int32Array {
  const known = new Map(block.values.map((value, i) => [value, block.offset + i]))
  const other = block.hasOther ? block.offset + block.values.length : -1
  return Int32Array.from(values, (value) => known.get(value) ?? other)
}
