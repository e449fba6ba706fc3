import type { Estimator, EstimatorKind, EstimatorParams, estimators } from '#core/estimators/estimators'
import { pause } from '#ml/pipeline/pause'
import { fitRecommender } from '#ml/recommend/fit-recommender'
import type { DataOf, Fit, FitContext, FitEstimator } from './contract'
import { fitGaussianNaiveBayes } from './gaussian-naive-bayes'
import { fitGradientBoosting } from './gradient-boosting'
import { fitGradientBoostingRegression } from './gradient-boosting-regression'
import { fitAnomalies } from './isolation-forest'
import { fitClusters } from './k-means'
import { fitLinearRegression } from './linear-regression'
import { fitLinearSvm } from './linear-svm'
import { fitLogisticRegression } from './logistic-regression'
import { fitNaiveBayes } from './naive-bayes'
import { fitNearestNeighbours } from './nearest-neighbours'
import { fitNeuralNetwork } from './neural-network'
import { fitExtraTrees, fitRandomForest, fitRandomForestRegression } from './random-forest'

type TaskOf<K extends EstimatorKind> = (typeof estimators)[K]['task']

/** How each estimator learns. A missing or swapped one does not compile. */
const fits: { [K in EstimatorKind]: FitEstimator<EstimatorParams<K>, DataOf<TaskOf<K>>> } = {
  'gaussian-naive-bayes': fitGaussianNaiveBayes,
  'extra-trees': fitExtraTrees,
  'gradient-boosting': fitGradientBoosting,
  'gradient-boosting-regression': fitGradientBoostingRegression,
  'isolation-forest': fitAnomalies,
  'k-means': fitClusters,
  'linear-regression': fitLinearRegression,
  'linear-svm': fitLinearSvm,
  'logistic-regression': fitLogisticRegression,
  'naive-bayes': fitNaiveBayes,
  'random-forest': fitRandomForest,
  'random-forest-regression': fitRandomForestRegression,
  'nearest-neighbours': fitNearestNeighbours,
  'neural-network': fitNeuralNetwork,
  recommender: fitRecommender,
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
