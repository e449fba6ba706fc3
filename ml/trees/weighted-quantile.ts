/**
 * The quantile of values with weights, as numpy's percentile (linear between neighbours) of a list in which each value stands as often as
 * its weight says; weights that are fractions count in parts of their mean.
 */
export function weightedQuantile(
  rows: Uint32Array,
  numberOf: (row: number) => number,
  weightOf: (row: number) => number,
  quantile: number,
): number {
  const sorted = Array.from(rows, (row) => ({ value: numberOf(row), weight: weightOf(row) })).sort((a, b) => a.value - b.value)
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0)
  const scale = total < sorted.length ? sorted.length / total : 1
  const place = quantile * (total * scale - 1)
  const [low, high] = [Math.floor(place), Math.ceil(place)]
  let [below, seen] = [sorted.at(-1)?.value ?? 0, 0]
  let isBelowKnown = false
  for (const { value, weight } of sorted) {
    seen += weight * scale
    if (seen > low && !isBelowKnown) {
      below = value
      isBelowKnown = true
    }
    if (seen > high) return below + (place - low) * (value - below)
  }
  return below
}
