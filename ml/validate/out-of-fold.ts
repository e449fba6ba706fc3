import type { Estimator } from '#core/estimators/estimators'
import { fitEstimator } from '#ml/estimators/fit-estimator'
import { fitFeatures, transformFeatures } from '#ml/features/fit-plan'
import type { RawColumn } from '#ml/features/raw-columns'
import { scoresOf } from '#ml/models/model-state'
import type { Fold } from './folds'

export type OutOfFold = {
  /** [rows][classes] row-major; zeros for rows that no fold tests. */
  scores: Float32Array
  /** Rows that some fold tests, ascending. */
  tested: Int32Array
}

/** Scores of each row from a pipeline that has not seen it: features and estimator are fitted inside each fold's training rows only. */
export async function outOfFoldScores(args: {
  raw: readonly RawColumn[]
  y: Int32Array
  classes: number
  folds: readonly Fold[]
  estimator: Estimator
  seed: number
  signal?: AbortSignal | undefined
  /** `done` folds, with a part of the one at work. */
  onFold?(done: number): void
}): Promise<OutOfFold> {
  const { raw, y, classes, folds, estimator, seed, signal } = args
  const scores = new Float32Array(y.length * classes)
  const isTested = new Uint8Array(y.length)
  for (const [i, fold] of folds.entries()) {
    const features = fitFeatures(raw, fold.train)
    const x = transformFeatures(features, raw, fold.train)
    const labels = Int32Array.from(fold.train, (row) => y[row] ?? 0)
    const onShare = (share: number) => args.onFold?.(i + share)
    const { state } = await fitEstimator(estimator, { x, y: labels, classes, weights: null }, { seed, signal, onShare })
    const part = scoresOf(state, transformFeatures(features, raw, fold.test))
    for (const [j, row] of fold.test.entries()) {
      scores.set(part.subarray(j * classes, (j + 1) * classes), row * classes)
      isTested[row] = 1
    }
    args.onFold?.(i + 1)
  }
  const tested = Int32Array.from(y, (_, row) => row).filter((row) => isTested[row] === 1)
  return { scores, tested }
}
