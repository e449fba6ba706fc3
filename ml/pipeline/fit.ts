import { learnsFromAnswers, taskOf } from '#core/estimators/estimators'
import type { FitArgs } from './fit-args'
import { fitClassifier } from './fit-classifier'
import { fitRegressor } from './fit-regressor'
import { fitUnlabelled } from './fit-unlabelled'
import type { FittedPipeline } from './fitted-pipeline'

/**
 * Fits features and estimator on all rows, and once more on each of five folds, whose predictions say how good it is on
 * rows that it has not seen; clusters and anomalies, which nothing measures, only once. The same arguments give the same
 * bytes. Throws AppError that names the column or the param when the data cannot be learned from, and `cancelled` soon after
 * `signal` aborts.
 */
export async function fitPipeline(args: FitArgs): Promise<FittedPipeline> {
  if (!learnsFromAnswers(args.estimator.kind)) return fitUnlabelled(args)
  return taskOf(args.estimator) === 'regression' ? fitRegressor(args) : fitClassifier(args)
}
