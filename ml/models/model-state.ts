import type { SparseRows } from '#ml/features/sparse-rows'
import { type LinearModel, linearScores } from './linear'

/** What an estimator has learned: a plain structure, of which a few shapes serve all estimators. */
export type ModelState = LinearModel

/**
 * Scores of rows, [rows][outputs] row-major. Of a classifier, one score per class, whose softmax are its probabilities
 * before calibration; of a regressor, the predicted number.
 */
export function scoresOf(state: ModelState, x: SparseRows): Float32Array {
  switch (state.shape) {
    case 'linear':
      return linearScores(state, x)
  }
}
