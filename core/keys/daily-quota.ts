/** What a key's quota says to a request: it passes, the day is spent (and for how long), or no day is long enough for it. */
export type QuotaVerdict = { kind: 'pass' } | { kind: 'spent'; left: number; secondsToNextDay: number } | { kind: 'too_large' }

export const dayMs = 86_400_000

/** The start of the UTC day of a moment, both in ms since 1970. */
export function dayStartMs(nowMs: number): number {
  return Math.floor(nowMs / dayMs) * dayMs
}

/** Whether `rows` more fit into the day (UTC) of which `spent` are gone. A request passes whole or not at all. */
export function judgeQuota({
  rowsPerDay,
  spent,
  rows,
  nowMs,
}: {
  rowsPerDay: number
  spent: number
  rows: number
  nowMs: number
}): QuotaVerdict {
  if (rows > rowsPerDay) return { kind: 'too_large' }
  if (spent + rows <= rowsPerDay) return { kind: 'pass' }
  return {
    kind: 'spent',
    left: Math.max(0, rowsPerDay - spent),
    secondsToNextDay: Math.ceil((dayStartMs(nowMs) + dayMs - nowMs) / 1000),
  }
}
