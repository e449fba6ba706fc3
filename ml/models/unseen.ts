import type { SparseRows } from '#ml/features/sparse-rows'
import { type FactorModel, factorScores } from './factors'
import { type LinearModel, linearScores } from './linear'
import { type LinkModel, linkScores } from './links'

/** Scores items for lists of items, and none that is in the list: term i and output i are the same item. */
export type UnseenModel = {
  shape: 'unseen'
  model: FactorModel | LinearModel | LinkModel
  terms: number
  outputs: number
}

/** The score of an item that is in the list: far below any other, so that its probability is 0 at every temperature. */
export const hadScore = -1e4

/** Scores of rows, [rows][outputs] row-major. */
export function unseenScores({ model, outputs }: UnseenModel, x: SparseRows): Float32Array {
  const scores = innerScores(model, x)
  for (let row = 0; row < x.rows; row++) {
    for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) scores[row * outputs + (x.ids[j] ?? 0)] = hadScore
  }
  return scores
}

function innerScores(model: UnseenModel['model'], x: SparseRows): Float32Array {
  switch (model.shape) {
    case 'factors':
      return factorScores(model, x)
    case 'linear':
      return linearScores(model, x)
    case 'links':
      return linkScores(model, x)
  }
}
