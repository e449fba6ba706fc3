/**
 * p-values adjusted for looking at many columns at once: those at or below `q` hold together at a false discovery rate of
 * at most `q` (Benjamini and Hochberg 1995). In the order of `p`. Same as scipy.stats.false_discovery_control(p).
 */
export function adjustForManyTests(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => (p[b] ?? 1) - (p[a] ?? 1))
  const adjusted = new Array<number>(p.length).fill(1)
  let least = 1
  for (const [above, i] of order.entries()) {
    least = Math.min(least, ((p[i] ?? 1) * p.length) / (p.length - above))
    adjusted[i] = least
  }
  return adjusted
}
