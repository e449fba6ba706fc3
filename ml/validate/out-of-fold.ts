import { type FoldThreads, type FoldWork, scoreFold, withoutHelp } from './fold-work'
import type { Fold } from './folds'

export type OutOfFold = {
  /** [rows][outputs] row-major; zeros for rows that no fold tests. */
  scores: Float32Array
  /** Rows that some fold tests, ascending. */
  tested: Int32Array
}

type OutOfFoldArgs = FoldWork & {
  folds: readonly Fold[]
  threads?: FoldThreads | null | undefined
  signal?: AbortSignal | undefined
  /** `done` folds, with a part of those at work. */
  onFold?(done: number): void
}

/**
 * Scores of each row from a pipeline that has not seen it: features and estimator are fitted inside each fold's training rows
 * only. The same bytes with threads and without. Throws as fitEstimator does.
 */
export async function outOfFoldScores(args: OutOfFoldArgs): Promise<OutOfFold> {
  return (await outOfFoldBeside(async () => undefined, args)).outOfFold
}

/** The same beside other work, which the caller does first while threads begin with the folds. */
export async function outOfFoldBeside<T>(work: () => Promise<T>, args: OutOfFoldArgs): Promise<{ done: T; outOfFold: OutOfFold }> {
  const { raw, estimator, answers, seed, folds, threads, signal, onFold } = args
  const common: FoldWork = { raw, estimator, answers, seed }
  const shares = new Float64Array(folds.length)
  const onShare = (fold: number, share: number) => {
    shares[fold] = share
    onFold?.(shares.reduce((sum, each) => sum + each, 0))
  }
  const parts = new Map<number, Float32Array>()
  const help = threads?.help(common, folds, onShare) ?? withoutHelp(folds)
  try {
    const done = await work()
    for (let i = help.take(); i !== null; i = help.take()) {
      const [at, fold] = [i, folds[i]]
      if (!fold) break
      parts.set(at, await scoreFold(common, fold, { signal, onShare: (share) => onShare(at, share) }))
      onShare(at, 1)
    }
    for (const [i, part] of await help.finish(signal)) parts.set(i, part)
    return { done, outOfFold: gather(parts, folds, answers.y.length, answers.classes ?? 1) }
  } finally {
    help.stop()
  }
}

function gather(parts: ReadonlyMap<number, Float32Array>, folds: readonly Fold[], rows: number, outputs: number): OutOfFold {
  const scores = new Float32Array(rows * outputs)
  const isTested = new Uint8Array(rows)
  for (const [i, { test }] of folds.entries()) {
    const part = parts.get(i)
    if (!part) throw new TypeError(`Fold ${i + 1} of ${folds.length} was not scored.`)
    for (const [j, row] of test.entries()) {
      scores.set(part.subarray(j * outputs, (j + 1) * outputs), row * outputs)
      isTested[row] = 1
    }
  }
  const tested = Int32Array.from(isTested, (_, row) => row).filter((row) => isTested[row] === 1)
  return { scores, tested }
}
