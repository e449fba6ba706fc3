import type { SparseRows } from '#ml/features/sparse-rows'
import { type TreeEnsemble, treeScores } from './trees'

/**
 * An isolation forest as two classes, of which the first are the anomalies: its probability is the isolation score
 * 2^sum (Liu, Ting and Zhou 2008, equation 2). The leaves of `trees` hold -path / (trees * c(sample)), so that their sum is
 * minus the mean path as a share of the usual one.
 */
export type IsolationModel = { shape: 'isolation'; trees: TreeEnsemble; terms: number; outputs: 2 }

/** Neither score nor its rest may be 0, whose logarithm is infinite; float32 tells it from 0 and 1. */
export const smallestIsolation = 1e-6

/** Scores of sparse rows, [rows][2]: the logarithms of the isolation score and of its rest, whose softmax are they themselves. */
export function isolationLogits({ trees }: IsolationModel, x: SparseRows): Float32Array {
  const sums = treeScores(trees, x)
  const logits = new Float32Array(x.rows * 2)
  for (let row = 0; row < x.rows; row++) {
    const score = 2 ** (sums[row] ?? 0)
    logits[row * 2] = Math.log(Math.max(score, smallestIsolation))
    logits[row * 2 + 1] = Math.log(Math.max(1 - score, smallestIsolation))
  }
  return logits
}
