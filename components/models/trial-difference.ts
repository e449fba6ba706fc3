import type { Trial } from '#server/registry/views'

/** Both runtimes sum float32 in their own order; this much is the same answer. */
const tolerance = 1e-5

/** Whether two runtimes give the same answer, and by how much they differ: in a probability, or in the number as a share of its size. */
export function trialDifference(one: Trial, other: Trial): { agree: boolean; difference: number; of: string } {
  if ('value' in one && 'value' in other) {
    const difference = Math.abs(one.value - other.value) / Math.max(1, Math.abs(one.value))
    return { agree: difference <= tolerance, difference, of: 'the number, as a share of its size' }
  }
  if ('value' in one || 'value' in other) return { agree: false, difference: Number.NaN, of: 'a probability' }
  const difference = Math.max(...one.probabilities.map(({ value }, k) => Math.abs(value - (other.probabilities[k]?.value ?? Number.NaN))))
  return { agree: one.label === other.label && difference <= tolerance, difference, of: 'a probability' }
}
