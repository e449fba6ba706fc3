import { taskOf } from '#core/estimators/estimators'
import type { RegressionCrossValidationReport } from '#core/reports/regression'
import type { CrossValidationReport } from '#core/reports/report'
import type { CrossValidateArgs } from './cross-validate-args'
import { crossValidateClassifier } from './cross-validate-classifier'
import { crossValidateRegressor } from './cross-validate-regressor'

/**
 * Trains and tests once per fold; features and estimator are fitted inside each fold's training rows only. Rows of the
 * report's worst are rows of the table. Throws as fitPipeline does.
 */
export function crossValidate(args: CrossValidateArgs): Promise<CrossValidationReport | RegressionCrossValidationReport> {
  return taskOf(args.estimator) === 'regression' ? crossValidateRegressor(args) : crossValidateClassifier(args)
}
