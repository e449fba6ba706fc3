/** Float32 sums in another order differ by about 1e-6; more is another model. Of a number, times its size when that is above 1. */
export const parityTolerance = 1e-5

/**
 * Largest difference between two lists of probabilities or numbers; of a number as a share of its size when that is above 1. NaN
 * when one is no number or there are too few: no comparison with it holds.
 */
export function largestDifference(expected: Float32Array, given: Float32Array): number {
  if (expected.length !== given.length) return Number.NaN
  let largest = 0
  for (const [i, value] of expected.entries()) {
    const difference = Math.abs(value - (given[i] ?? Number.NaN)) / Math.max(1, Math.abs(value))
    if (Number.isNaN(difference)) return difference
    largest = Math.max(largest, difference)
  }
  return largest
}
