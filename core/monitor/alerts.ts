/**
 * The life of an alert rule. Every look measures the figure and asks `nextAlert` what follows; the caller writes.
 *
 *   ok ──beyond the limit──> pending ──beyond for `minutes`──> firing ──clear of the limit for `minutes`──> ok
 *                              └──within the limit──> ok
 *
 * Beyond: on the wrong side of the limit. Clear: on the right side by a tenth of the limit or more, so that a figure that
 * trembles around its limit neither opens nor closes alerts with every look.
 * No data is neither: it fires nothing and closes nothing. A rule that was pending forgets what it saw when no data came
 * for longer than it would have waited; one that fires goes on firing, for an endpoint that fell silent is not well.
 */

/** Where a rule stands between two looks at its figure. Written by the caller, decided by `nextAlert`. */
export type AlertState = {
  status: 'ok' | 'pending' | 'firing'
  /** Since when the rule has this status; ms since 1970. */
  sinceMs: number
  /** The last figure, null when there was too little data. */
  value: number | null
  /** When the figure was last known. */
  knownMs?: number | null
  /** While firing: since when the figure is clear of the limit. */
  clearSinceMs?: number | null
}

export type AlertCondition = { operator: '>' | '<'; limit: number; minutes: number }

/** What happened to the rule at this look: an alert opens, an alert closes, or nothing to tell. */
export type AlertEvent = 'opened' | 'closed' | null

const minuteMs = 60_000

/** Decides the state after a look at the figure at `nowMs`. Pure; times must not go backwards. */
export function nextAlert(
  previous: AlertState | null,
  measured: number | null,
  { operator, limit, minutes }: AlertCondition,
  nowMs: number,
): { state: AlertState; event: AlertEvent } {
  const before = previous ?? { status: 'ok', sinceMs: nowMs, value: null }
  const waitMs = minutes * minuteMs
  if (measured === null) return withoutData(before, waitMs, nowMs)
  const known = { value: measured, knownMs: nowMs }
  const isBeyond = operator === '>' ? measured > limit : measured < limit
  switch (before.status) {
    case 'ok':
    case 'pending': {
      if (!isBeyond) return { state: { status: 'ok', sinceMs: before.status === 'ok' ? before.sinceMs : nowMs, ...known }, event: null }
      const sinceMs = before.status === 'pending' ? before.sinceMs : nowMs
      if (nowMs - sinceMs < waitMs) return { state: { status: 'pending', sinceMs, ...known }, event: null }
      return { state: { status: 'firing', sinceMs: nowMs, clearSinceMs: null, ...known }, event: 'opened' }
    }
    case 'firing': {
      const margin = Math.abs(limit) / 10
      const isClear = operator === '>' ? measured <= limit - margin : measured >= limit + margin
      const clearSinceMs = isClear ? (before.clearSinceMs ?? nowMs) : null
      if (clearSinceMs !== null && nowMs - clearSinceMs >= waitMs)
        return { state: { status: 'ok', sinceMs: nowMs, ...known }, event: 'closed' }
      return { state: { status: 'firing', sinceMs: before.sinceMs, clearSinceMs, ...known }, event: null }
    }
  }
}

function withoutData(before: AlertState, waitMs: number, nowMs: number): { state: AlertState; event: AlertEvent } {
  const isForgotten = before.status === 'pending' && nowMs - (before.knownMs ?? before.sinceMs) > waitMs
  if (isForgotten) return { state: { status: 'ok', sinceMs: nowMs, value: null, knownMs: before.knownMs ?? null }, event: null }
  return { state: { ...before, value: null, ...(before.status === 'firing' ? { clearSinceMs: null } : {}) }, event: null }
}
