import type { KeyPriority } from '#core/keys/key-actions'

/** Copies for a shadow are worth less than any request. */
export type Priority = KeyPriority | 'shadow'

/** First served first. */
export const priorities = ['high', 'normal', 'low', 'shadow'] as const satisfies readonly Priority[]

/** How full the queue may be for a request to be let in: the less it matters, the earlier it is sent away. */
const shareOf: Record<Priority, number> = { high: 1, normal: 0.85, low: 0.5, shadow: 0.25 }

export type QueueLoad = {
  /** Rows that wait already, and how many may. */
  rows: number
  rowsAtMost: number
  /** Until the first row of the request would run, and how long it would run, by what is known of the model's cost; null when nothing is. */
  waitMs: number | null
  runMs: number
  /** Until the request must be answered. */
  leftMs: number
}

/** Whether a request may join the queue: it must be able to be answered in time, and leave room for those that matter more. */
export function isAdmitted({ rows, rowsAtMost, waitMs, runMs, leftMs }: QueueLoad, priority: Priority): boolean {
  const share = shareOf[priority]
  if (rows > rowsAtMost * share) return false
  return waitMs === null || (waitMs <= leftMs * share && waitMs + runMs <= leftMs)
}
