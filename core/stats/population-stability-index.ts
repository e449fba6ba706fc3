import { totalOf } from './shares'

/**
 * Population stability index of two histograms on the same bins: the sum of (q - p) * ln(q / p), symmetric, 0 when equal.
 * By custom 0.1 is a shift and 0.25 a large one. Every bin counts half a row more than it has (Jeffreys), so that an
 * empty bin weighs as little as the number of rows allows and the index stays finite.
 * Source: Siddiqi, Credit Risk Scorecards (2006), chapter 9; under no drift about (bins - 1) * (1/n + 1/m), Yurdakul (2018).
 */
export function populationStabilityIndex(reference: readonly number[], current: readonly number[]): number {
  const bins = Math.max(reference.length, current.length)
  const referenceTotal = totalOf(reference) + bins / 2
  const currentTotal = totalOf(current) + bins / 2
  let index = 0
  for (let i = 0; i < bins; i++) {
    const p = ((reference[i] ?? 0) + 0.5) / referenceTotal
    const q = ((current[i] ?? 0) + 0.5) / currentTotal
    index += (q - p) * Math.log(q / p)
  }
  return index
}
