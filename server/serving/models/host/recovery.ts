/** What becomes of a host that failed: another one soon, or a rest. */
export type Recovery = { waitMs: number; isQuarantine: boolean }

/** So many failures in a row without an answer in between, and the version is left alone for a while. */
export const failuresAtMost = 3

const firstWaitMs = 200
const firstRestMs = 10_000
const longestRestMs = 5 * 60_000

/** The first replacement comes at once, the second after a moment; then rests of 10 s, 20 s … 5 min, with one try after each. */
export function recoveryAfter(failuresInARow: number): Recovery {
  if (failuresInARow >= failuresAtMost) {
    return { waitMs: Math.min(longestRestMs, firstRestMs * 2 ** (failuresInARow - failuresAtMost)), isQuarantine: true }
  }
  return { waitMs: failuresInARow <= 1 ? 0 : firstWaitMs * 2 ** (failuresInARow - 2), isQuarantine: false }
}

/** A run that takes longer than this is taken for one that never ends. */
export function hangAfterMs({ timeoutMs, slowestMs, expectedMs }: { timeoutMs: number; slowestMs: number; expectedMs: number }): number {
  return Math.max(timeoutMs, 2 * slowestMs, 4 * expectedMs, 1_000)
}
