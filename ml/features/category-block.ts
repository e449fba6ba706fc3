import type { CategoryStep } from '#core/ports/plan'

/** A fitted category column: one-hot, or the codes of its values in one column. */
export type CategoryBlock = {
  kind: 'category'
  name: string
  encoding: CategoryStep['encoding']
  /** Kept values by descending count; value i is term `offset + i`, or code i. */
  values: string[]
  /**
   * Rarer and unseen values share the last term, or the last code. Without rare values in training, unseen ones are all
   * zeros, or a missing code.
   */
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
  const { encoding } = raw.step
  const terms = encoding === 'codes' ? 1 : kept.length + (hasOther ? 1 : 0)
  return { kind: 'category', name: raw.name, encoding, values: kept.map(({ value }) => value), hasOther, offset, terms }
}

/** How many codes the column has; 0 when it is one-hot. */
export function codesOf(block: CategoryBlock): number {
  return block.encoding === 'codes' ? block.values.length + (block.hasOther ? 1 : 0) : 0
}

/** Value of the raw column -> code of the block, or -1 for none. */
export function categoryCodes(block: CategoryBlock, values: readonly string[]): Int32Array {
  const known = new Map(block.values.map((value, i) => [value, i]))
  const other = block.hasOther ? block.values.length : -1
  return Int32Array.from(values, (value) => known.get(value) ?? other)
}
