import type { Estimator } from '#core/ports/kinds'
import type { LinearModel } from '#ml/estimators/linear-model'
import { trainLogisticRegression } from '#ml/estimators/logistic-regression'
import { trainNaiveBayes } from '#ml/estimators/naive-bayes'
import type { SparseRows } from '#ml/features/sparse-rows'
import { pause } from './pause'

export type TrainArgs = {
  estimator: Estimator
  x: SparseRows
  /** Class index per row. */
  y: Int32Array
  classes: number
  seed: number
  signal?: AbortSignal | undefined
  /** Share of the epochs that may be needed, in [0, 1]. */
  onShare?(share: number): void
}

export type TrainedEstimator = { model: LinearModel; loss: { epoch: number; loss: number }[]; notes: string[] }

/** Trains the estimator that the settings name. */
export async function trainEstimator({ estimator, x, y, classes, seed, signal, onShare }: TrainArgs): Promise<TrainedEstimator> {
  await pause(signal)
  if (estimator.kind === 'naive-bayes') {
    const { variant, alpha } = estimator
    return { model: trainNaiveBayes({ x, y, classes, variant, alpha }), loss: [], notes: [] }
  }
  const { c, balanced, maxEpochs } = estimator
  const onEpoch = (epoch: number) => onShare?.(epoch / maxEpochs)
  const fit = await trainLogisticRegression({ x, y, classes, c, balanced, maxEpochs, seed, onEpoch, ...(signal ? { signal } : {}) })
  const notes = fit.converged
    ? []
    : [
        `Training stopped after ${fit.epochs} epochs with a duality gap of ${fit.gap.toPrecision(2)} per row: allow more epochs, or lower C.`,
      ]
  return { model: fit.model, loss: fit.loss, notes }
}
