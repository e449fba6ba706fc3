/** Sum of counts. */
export function totalOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

/** Counts as shares of their sum; zeros when there is nothing. */
export function sharesOf(counts: readonly number[]): number[] {
  const total = totalOf(counts)
  return counts.map((count) => (total === 0 ? 0 : count / total))
}
