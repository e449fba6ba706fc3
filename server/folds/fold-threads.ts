import { Worker } from 'node:worker_threads'
import { AppError } from '#core/errors/app-error'
import { type FoldHelp, type FoldThreads, type FoldWork, packFoldWork } from '#ml/validate/fold-work'
import type { Fold } from '#ml/validate/folds'
import { caller, claimNext, openClaims } from './claims'
import { helpersWithin } from './fold-memory'
import type { FoldTask, FromThread } from './messages'
import { shareArrays } from './share-arrays'

/** Work that is over sooner is not worth a thread, which takes about this long to start. */
const usualDelayMs = 150

/** The threads of one process. */
export type OwnedFoldThreads = {
  /** At most so many threads altogether, the caller's among them, and fewer where their folds do not fit the memory; null when that is the caller alone. */
  upTo(threads: number, memoryMb: number): FoldThreads | null
  close(): Promise<void>
}

/** A thread, and who hears it while it works. */
type Helper = { worker: Worker; hear: Listener | null }
type Listener = { message(said: FromThread): void; end(why: Error): void }

/**
 * Threads that work on folds beside the thread that calls: the same pure function on the same bytes, in shared memory, so
 * only who did which fold differs. They are started when work takes long enough, and stay for the next.
 */
export function openFoldThreads({ startsAfterMs = usualDelayMs }: { startsAfterMs?: number } = {}): OwnedFoldThreads {
  const alive = new Set<Helper>()

  function start(): Helper {
    const worker = new Worker(new URL('./fold-thread.mjs', import.meta.url))
    const helper: Helper = { worker, hear: null }
    alive.add(helper)
    let why: Error | null = null
    worker.on('message', (said: FromThread) => helper.hear?.message(said))
    worker.on('error', (error) => {
      why = error
    })
    worker.on('exit', (code) => {
      alive.delete(helper)
      helper.hear?.end(why ?? new Error(`exit code ${code}`))
    })
    // A thread that has nothing to do keeps no process alive.
    worker.unref()
    return helper
  }

  const idle = () => [...alive].filter(({ hear }) => hear === null)

  function help(helpers: number, work: FoldWork, folds: readonly Fold[], onShare: (fold: number, share: number) => void): FoldHelp {
    const claims = openClaims(folds.length)
    const scores = new Map<number, Float32Array>()
    const busy = new Map<Helper, number>()
    let failure: Error | null = null
    let tell: () => void = () => undefined

    const openFolds = (who: number) => folds.flatMap((_, fold) => (claims[fold] === who && !scores.has(fold) ? [fold] : []))
    const isDone = () => failure !== null || folds.every((_, fold) => claims[fold] === caller || scores.has(fold))

    function engage(helper: Helper, who: number, task: Omit<FoldTask, 'who'>): void {
      busy.set(helper, who)
      helper.hear = {
        message(said) {
          if (said.kind === 'share') onShare(said.fold, said.share)
          if (said.kind === 'scores') {
            scores.set(said.fold, said.scores)
            onShare(said.fold, 1)
          }
          if (said.kind === 'failed') failure ??= errorOf(said)
          if (said.kind === 'idle') release(helper)
          tell()
        },
        end(why) {
          release(helper)
          // Without a fold of its own it was of no use, but nothing is lost.
          const [lost] = openFolds(who)
          if (lost !== undefined) failure ??= whyItEnded(lost, folds.length, why)
          tell()
        },
      }
      helper.worker.ref()
      helper.worker.postMessage({ ...task, who } satisfies FoldTask)
    }

    function release(helper: Helper): void {
      busy.delete(helper)
      helper.hear = null
      helper.worker.unref()
    }

    function begin(): void {
      const rest = Math.min(helpers, folds.filter((_, fold) => claims[fold] === 0).length)
      if (rest === 0) return
      const task = { work: shareArrays(packFoldWork(work)), folds: shareArrays(folds), claims }
      const warm = idle()
      for (let i = 0; i < rest; i++) engage(warm[i] ?? start(), caller + 1 + i, task)
    }

    const waiting = setTimeout(begin, idle().length > 0 ? 0 : startsAfterMs)
    return {
      take: () => claimNext(claims, caller),
      async finish(signal) {
        clearTimeout(waiting)
        // What the caller leaves is for the threads, which may not have begun.
        if (busy.size === 0) begin()
        await new Promise<void>((resolve) => {
          tell = () => (isDone() || signal?.aborted) && resolve()
          signal?.addEventListener('abort', tell, { once: true })
          tell()
        })
        signal?.removeEventListener('abort', tell)
        if (signal?.aborted) throw new AppError('cancelled')
        if (failure) throw failure
        return scores
      },
      stop() {
        clearTimeout(waiting)
        // Whoever has not begun finds nothing left to do.
        while (claimNext(claims, caller) !== null);
        for (const [helper, who] of busy) if (openFolds(who).length > 0) void helper.worker.terminate()
      },
    }
  }

  return {
    upTo: (threads, memoryMb) =>
      threads < 2 ? null : { help: (work, ...rest) => help(Math.min(threads - 1, helpersWithin(memoryMb, work)), work, ...rest) },
    async close() {
      await Promise.all([...alive].map(({ worker }) => worker.terminate()))
    },
  }
}

function errorOf({ error, stack }: Extract<FromThread, { kind: 'failed' }>): Error {
  if (stack === undefined) return new AppError(error.code, { detail: error.message, hint: error.hint })
  const bug = new Error('A thread that worked on a fold met a bug.')
  bug.stack = stack
  return bug
}

function whyItEnded(fold: number, folds: number, why: Error): AppError {
  const where = `The thread that worked on fold ${fold + 1} of ${folds}`
  if ('code' in why && why.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new AppError('out_of_memory', {
      detail: `${where} ran out of memory. Give the stage fewer rows (a Sample stage before it), or set STAGELINE_THREADS to 1.`,
      cause: why,
    })
  }
  return new AppError('crashed', {
    detail: `${where} ended unexpectedly (${why.message}). Run again; if it happens again, set STAGELINE_THREADS to 1.`,
    cause: why,
  })
}
