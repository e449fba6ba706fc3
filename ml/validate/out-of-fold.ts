import type { Fit } from '#ml/estimators/contract'
import { fitTrainingRows, transformFeatures } from '#ml/features/fit-plan'
import type { RawColumn } from '#ml/features/read-raw-columns'
import type { SparseRows } from '#ml/features/sparse-rows'
import { scoreRows } from '#ml/models/score-rows'
import type { Fold } from './folds'

export type OutOfFold = {
  /** [rows][outputs] row-major; zeros for rows that no fold tests. */
  scores: Float32Array
  /** Rows that some fold tests, ascending. */
  tested: Int32Array
}

/** Scores of each row from a pipeline that has not seen it: features and estimator are fitted inside each fold's training rows only. */
export async function outOfFoldScores(args: {
  raw: readonly RawColumn[]
  /** Of the whole table. */
  rows: number
  /** Scores per row: classes of a classifier, 1 of a regressor. */
  outputs: number
  folds: readonly Fold[]
  /** Trains on some rows, whose features are `x`. */
  learn(x: SparseRows, rows: Int32Array, onShare: (share: number) => void): Promise<Fit>
  signal?: AbortSignal | undefined
  /** `done` folds, with a part of the one at work. */
  onFold?(done: number): void
}): Promise<OutOfFold> {
  const { raw, rows, outputs, folds, learn } = args
  const scores = new Float32Array(rows * outputs)
  const isTested = new Uint8Array(rows)
  for (const [i, fold] of folds.entries()) {
    const { features, x } = fitTrainingRows(raw, fold.train)
    const { state } = await learn(x, fold.train, (share) => args.onFold?.(i + share))
    const part = await scoreRows(state, transformFeatures(features, raw, fold.test), args.signal)
    for (const [j, row] of fold.test.entries()) {
      scores.set(part.subarray(j * outputs, (j + 1) * outputs), row * outputs)
      isTested[row] = 1
    }
    args.onFold?.(i + 1)
  }
  const tested = Int32Array.from(isTested, (_, row) => row).filter((row) => isTested[row] === 1)
  return { scores, tested }
}
