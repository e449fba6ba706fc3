import type { Clock } from '../clock'

/** One timer for many deadlines: rings at the earliest, and is told there which is the next. */
export type DeadlineAlarm = { by(deadlineAt: number): void; close(): void }

/** `onRing` gets the time and returns the next deadline, Infinity for none. Deadlines that were met are not taken back: ringing for nothing is cheap. */
export function deadlineAlarm(clock: Clock, onRing: (now: number) => number): DeadlineAlarm {
  let at = Number.POSITIVE_INFINITY
  let cancel: () => void = () => undefined

  function by(deadlineAt: number): void {
    if (deadlineAt >= at) return
    cancel()
    at = deadlineAt
    cancel = clock.after(Math.max(0, deadlineAt - clock.now()), () => {
      at = Number.POSITIVE_INFINITY
      by(onRing(clock.now()))
    })
  }

  return { by, close: () => cancel() }
}
