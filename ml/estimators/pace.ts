import { pause } from '#ml/pipeline/pause'

/** About 30 ms of work between two pauses, in multiplications. */
const workPerPause = 10_000_000

/** Counts the work of loops that share one budget between pauses. */
export type Pace = {
  /** True when so much work was done since the last pause that the next is due. */
  isDue(work: number): boolean
  /** Throws `cancelled` when the work was aborted. */
  pause(): Promise<void>
}

export function openPace(signal: AbortSignal | undefined): Pace {
  let done = 0
  return {
    isDue: (work) => {
      done += work
      if (done < workPerPause) return false
      done = 0
      return true
    },
    pause: () => pause(signal),
  }
}
