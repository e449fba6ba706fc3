/**
 * The life of a stage run.
 *
 *   queued ──start──> running ──finish──> done
 *     │ │               │  ├──fail─────> failed        (the stage said no: code)
 *     │ │               │  ├──crash────> crashed       (the process was lost)
 *     │ │               │  ├──expire───> timed_out
 *     │ │               │  ├──wait─────> waiting ──start──> running, ──fail──> failed, ──expire──> timed_out
 *     │ │               │  └──retry────> queued        (only stages declared idempotent)
 *     │ └──hit──> cached
 *     └──skip──> skipped                               (something it needs did not end well, or it was not asked for)
 *   queued, running, waiting ──cancel──> cancelled
 *
 * A run has the same words; it never waits to be retried and is `waiting` while its only open stages wait.
 */

export const statuses = [
  'queued',
  'running',
  'waiting',
  'done',
  'cached',
  'failed',
  'crashed',
  'timed_out',
  'cancelled',
  'skipped',
] as const
export type Status = (typeof statuses)[number]

export const statusEvents = ['start', 'hit', 'skip', 'finish', 'fail', 'crash', 'expire', 'wait', 'retry', 'cancel'] as const
export type StatusEvent = (typeof statusEvents)[number]

const transitions: { [S in Status]?: { [E in StatusEvent]?: Status } } = {
  queued: { start: 'running', hit: 'cached', skip: 'skipped', cancel: 'cancelled' },
  running: { finish: 'done', fail: 'failed', crash: 'crashed', expire: 'timed_out', wait: 'waiting', retry: 'queued', cancel: 'cancelled' },
  waiting: { start: 'running', finish: 'done', fail: 'failed', expire: 'timed_out', cancel: 'cancelled' },
}

/** The status after `event`, or null when the event does not apply: the caller then leaves the row alone. */
export function nextStatus(status: Status, event: StatusEvent): Status | null {
  return transitions[status]?.[event] ?? null
}

/** The statuses from which `event` may be taken; what a guarded UPDATE puts in its WHERE. */
export function statusesBefore(event: StatusEvent): Status[] {
  return statuses.filter((status) => nextStatus(status, event) !== null)
}

/** Nothing will change any more. */
export function isFinal(status: Status): boolean {
  return transitions[status] === undefined
}

/** The outputs may be used by what follows. */
export function isGood(status: Status): boolean {
  return status === 'done' || status === 'cached'
}

/** What a run as a whole is, from its stage runs: failure words win by severity, then waiting, then done. */
export function runStatus(stages: readonly Status[]): Status {
  for (const open of ['running', 'queued'] as const) {
    if (stages.includes(open)) return stages.every((s) => s === 'queued') ? 'queued' : 'running'
  }
  if (stages.includes('waiting')) return 'waiting'
  for (const bad of ['cancelled', 'crashed', 'timed_out', 'failed'] as const) if (stages.includes(bad)) return bad
  return stages.length > 0 && stages.every((s) => s === 'cached' || s === 'skipped') && stages.includes('cached') ? 'cached' : 'done'
}
