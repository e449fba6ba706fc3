import type { Estimator, EstimatorKind, EstimatorParams, estimators } from '#core/estimators/estimators'
import { pause } from '#ml/pipeline/pause'
import type { DataOf, Fit, FitContext, FitEstimator } from './contract'
import { fitLogisticRegression } from './logistic-regression'
import { fitNaiveBayes } from './naive-bayes'

type TaskOf<K extends EstimatorKind> = (typeof estimators)[K]['task']

/** How each estimator learns. A missing or swapped one does not compile. */
const fits: { [K in EstimatorKind]: FitEstimator<EstimatorParams<K>, DataOf<TaskOf<K>>> } = {
  'logistic-regression': fitLogisticRegression,
  'naive-bayes': fitNaiveBayes,
}

/** Trains the estimator that the settings name. Throws AppError that names the param or the column when it cannot. */
export async function fitEstimator<K extends EstimatorKind>(
  estimator: Estimator<K>,
  data: DataOf<TaskOf<K>>,
  context: FitContext,
): Promise<Fit> {
  await pause(context.signal)
  // An estimator of kind K has that kind.
  return fits[estimator.kind as K](estimator, data, context)
}
