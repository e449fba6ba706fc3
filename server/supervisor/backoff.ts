/** The pause before the n-th restart in a row (1-based): 0.2 s, doubling, at most 10 s. */
export function nextDelayMs(failures: number): number {
  return Math.min(10_000, 200 * 2 ** (Math.max(1, failures) - 1))
}
