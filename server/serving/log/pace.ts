/**
 * Long work in small pieces with rests in between: on a machine with few processors a thread that works for a tenth of a
 * second makes every caller wait who comes meanwhile, whatever its priority.
 */
export type Pace = {
  /** Between two pieces of work: rests when it is time to. */
  breathe(): Promise<void>
  /** How many files wait behind the one at work: the more, the shorter the rests. */
  behind(files: number): void
}

export type PaceOptions = { now?: () => number; rest?: (ms: number) => Promise<void> }

const workMs = 1
/** Rests are so many times as long as the work before them, while nothing else waits. */
const restShare = 6
const restAtMostMs = 20

/** Nothing was done yet, and nothing waits. */
export function openPace({ now = () => performance.now(), rest = wait }: PaceOptions = {}): Pace {
  let startedAt = now()
  let files = 0
  return {
    async breathe() {
      const worked = now() - startedAt
      if (worked < workMs) return
      // Work that took long was pushed aside by others: the machine is busy.
      await rest(Math.min((worked * restShare) / (1 + files), restAtMostMs))
      startedAt = now()
    },
    behind(count) {
      files = count
    },
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
