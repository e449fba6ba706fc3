/** What a batch that could run at once is weighed by. Times in ms. */
export type Waiting = {
  /** Requests that would wait. */
  requests: number
  rows: number
  /** What a run costs that does not depend on its rows, and what a row costs. */
  fixedMs: number
  perRowMs: number
  /** Between requests, as they came lately. */
  gapMs: number
  sinceLastMs: number
  /** How long the first of them has waited, and how long it may. */
  waitedMs: number
  waitAtMostMs: number
}

/**
 * How long to wait for the next request before running; 0 to run now. The next one saves its own fixed cost when it comes
 * along, and that is `fixedMs`; its coming costs each of the `requests` that are here the time until it comes, and the time
 * of its rows. Waiting pays up to the gap where both are equal: gap < (fixed - requests * row) / (requests + 1). It is tried
 * only when requests come that close, so that a lone caller, whose next request comes after its answer, never waits.
 */
export function msToWait(waiting: Waiting): number {
  const { requests, gapMs, sinceLastMs, waitedMs, waitAtMostMs } = waiting
  if (requests === 0) return 0
  const worthMs = worthWaitingMs(waiting)
  if (gapMs > worthMs) return 0
  return Math.max(0, Math.min(worthMs - sinceLastMs, waitAtMostMs - waitedMs))
}

/** The gap up to which waiting for one more request pays; 0 or less where none does. */
export function worthWaitingMs({ requests, rows, fixedMs, perRowMs }: Pick<Waiting, 'requests' | 'rows' | 'fixedMs' | 'perRowMs'>): number {
  const rowsOfNextMs = perRowMs * (rows / requests)
  return (fixedMs - requests * rowsOfNextMs) / (requests + 1)
}
