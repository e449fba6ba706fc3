export type CalibrationBin = { from: number; to: number; rows: number; confidence: number; accuracy: number }

const bins = 15

/**
 * Reliability of the top probability in 15 equal-width bins, (from, to] as in Guo et al. 2017; empty bins are left out.
 * `ece` = sum over bins of rows/n * |accuracy - confidence|. `confidence` and `isRight` per row.
 */
export function calibration(confidence: ArrayLike<number>, isRight: ArrayLike<number>): { ece: number; bins: CalibrationBin[] } {
  const rows = new Float64Array(bins)
  const sums = new Float64Array(bins)
  const rights = new Float64Array(bins)
  for (let i = 0; i < confidence.length; i++) {
    const value = confidence[i] ?? 0
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(value * bins) - 1))
    rows[bin] = (rows[bin] ?? 0) + 1
    sums[bin] = (sums[bin] ?? 0) + value
    rights[bin] = (rights[bin] ?? 0) + (isRight[i] ?? 0)
  }
  const filled: CalibrationBin[] = []
  let ece = 0
  for (let bin = 0; bin < bins; bin++) {
    const count = rows[bin] ?? 0
    if (count === 0) continue
    const mean = (sums[bin] ?? 0) / count
    const accuracy = (rights[bin] ?? 0) / count
    ece += (count / confidence.length) * Math.abs(accuracy - mean)
    filled.push({ from: bin / bins, to: (bin + 1) / bins, rows: count, confidence: mean, accuracy })
  }
  return { ece, bins: filled }
}
