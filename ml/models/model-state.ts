import type { SparseRows } from '#ml/features/sparse-rows'
import { type GaussianModel, gaussianScores } from './gaussian'
import { type IsolationModel, isolationLogits } from './isolation'
import { type LinearModel, linearScores } from './linear'
import { type NeighbourModel, neighbourScores } from './neighbours'
import { type NetworkModel, networkScores } from './network'
import { type TreeEnsemble, treeScores } from './trees'
import { type UnseenModel, unseenScores } from './unseen'

/** What an estimator has learned: a plain structure, of which a few shapes serve all estimators. */
export type ModelState = GaussianModel | IsolationModel | LinearModel | NeighbourModel | NetworkModel | TreeEnsemble | UnseenModel

/**
 * Scores of rows, [rows][outputs] row-major. Of a classifier, one score per class, whose softmax are its probabilities
 * before calibration; of a regressor, the predicted number.
 */
export function scoresOf(state: ModelState, x: SparseRows): Float32Array {
  switch (state.shape) {
    case 'gaussian':
      return gaussianScores(state, x)
    case 'isolation':
      return isolationLogits(state, x)
    case 'linear':
      return linearScores(state, x)
    case 'neighbours':
      return neighbourScores(state, x)
    case 'network':
      return networkScores(state, x)
    case 'trees':
      return treeScores(state, x)
    case 'unseen':
      return unseenScores(state, x)
  }
}
