/** Classes of a model of anomalies, in their order. */
export const anomalyClasses = ['anomaly', 'normal']

/**
 * The score from which rows are anomalies, so that at most `share` of the rows (rounded) are: a float32 half-way between the lowest
 * score that is called and the next lower one, so that it does not depend on the last bits of either. Rows of one score are
 * called together or not at all, so that fewer may be; none where all scores are the same.
 */
export function anomalyThreshold(scores: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(scores).sort().reverse()
  const next = sorted[Math.round(share * sorted.length)] ?? 0
  const called = sorted.findLast((score) => score > next) ?? 1
  const middle = Math.fround((called + next) / 2)
  return middle > next ? middle : Math.fround(called)
}
