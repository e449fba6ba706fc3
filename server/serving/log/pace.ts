/**
 * Long work in small pieces with rests in between: on a machine with few processors a thread that works for a tenth of a
 * second makes every caller wait who comes meanwhile, whatever its priority.
 */
export type Pace = {
  /** Between two pieces of work: rests when it is time to. */
  breathe(): Promise<void>
  /** Whether the work is behind: then it goes on without rests. */
  hurry(isBehind: boolean): void
}

export type PaceOptions = { now?: () => number; rest?: (ms: number) => Promise<void> }

const workMs = 1.5
/** Rests are so many times as long as the work before them. */
const restShare = 2
const restAtMostMs = 20

/** Nothing was done yet. */
export function openPace({ now = () => performance.now(), rest = wait }: PaceOptions = {}): Pace {
  let startedAt = now()
  let isBehind = false
  return {
    async breathe() {
      const worked = now() - startedAt
      if (isBehind || worked < workMs) return
      // Work that took long was pushed aside by others: the machine is busy.
      await rest(Math.min(worked * restShare, restAtMostMs))
      startedAt = now()
    },
    hurry(behind) {
      isBehind = behind
    },
  }
}

/** Runs all steps, at a pace. */
export async function paced<T>(steps: Iterator<unknown, T>, { breathe }: Pick<Pace, 'breathe'>): Promise<T> {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value
    await breathe()
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
