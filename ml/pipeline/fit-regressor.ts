import { AppError } from '#core/errors/app-error'
import { cutAtDeciles } from '#core/monitor/bins'
import type { TrainingReport } from '#core/reports/report'
import { fitEstimator } from '#ml/estimators/fit-estimator'
import { type FittedFeatures, featureName } from '#ml/features/fitted-features'
import { middlesOf, numberBaselines } from '#ml/metrics/baselines'
import { numberErrors } from '#ml/metrics/number-errors'
import { intervalShare, residualInterval } from '#ml/metrics/prediction-interval'
import type { ModelState } from '#ml/models/model-state'
import { strongestTerms } from '#ml/models/strongest'
import { shuffledFolds } from '#ml/validate/folds'
import { outOfFoldBeside } from '#ml/validate/out-of-fold'
import type { FitArgs } from './fit-args'
import type { FittedRegressor } from './fitted-pipeline'
import { checkNumbers } from './numbers'
import { prepareFit, referenceOfInputs } from './prepare-fit'
import { twoWorks } from './two-works'

/** Fits a regressor; out-of-fold predictions give its errors, its prediction interval and the reference. Throws as fitPipeline does. */
export async function fitRegressor(args: FitArgs): Promise<FittedRegressor> {
  const { columns, estimator, seed, signal } = args
  const targetName = args.targetName ?? 'value'
  const y = checkNumbers(args.target, targetName)
  const { steps, notes, warnings, signature, raw, features, x, background, folds, report } = await prepareFit(args, targetName, {
    y,
    classes: null,
  })
  const parts = shuffledFolds(x.rows, folds, seed)
  const progress = twoWorks(report, 'Training', 'Measuring out of fold')
  const { done: fit, outOfFold } = await outOfFoldBeside(
    () => progress.during((onShare) => fitEstimator(estimator, { x, y, weights: null }, { seed, signal, onShare })),
    { raw, estimator, answers: { y, classes: null }, seed, folds: parts, onFold: progress.others, threads: args.threads, signal },
  )
  const predicted = outOfFold.scores
  if (!predicted.every(Number.isFinite)) {
    throw new AppError('bad_input', { detail: 'The training did not settle: scale the number columns, or penalise the weights more.' })
  }
  report(folds + 1, 'Done')
  notes.push(...fit.notes)
  const { r2, mae, rmse } = numberErrors(y, predicted)
  const answers = middlesOf(y)
  const residuals = residualInterval(y, predicted, intervalShare)
  return {
    task: 'regression',
    signature,
    plan: { prepare: args.plan.prepare, features: steps },
    estimator,
    features,
    model: fit.state,
    background,
    training: {
      report: 'training',
      rows: x.rows,
      terms: features.terms,
      classes: [],
      loss: fit.loss,
      temperature: null,
      eceBefore: null,
      eceAfter: null,
      strongest: strongestFeatures(fit.state, features, targetName),
      notes,
      ...(warnings.length > 0 && { warnings }),
      // the target is not constant: checkNumbers refuses that
      outOfFold: { r2: r2 ?? 0, mae, rmse, interval: residuals, baselines: numberBaselines(answers, y) },
    },
    reference: {
      task: 'regression',
      ...referenceOfInputs(signature, columns, x.rows),
      values: cutAtDeciles(predicted),
      residuals,
      answers,
    },
  }
}

/** What raises the answer most and what lowers it most, of a linear model; of trees, what they go by. */
function strongestFeatures(model: ModelState, features: FittedFeatures, target: string): TrainingReport['strongest'] {
  const lists = model.shape === 'linear' ? [`Raises ${target}`, `Lowers ${target}`] : ['Share of what all splits gained']
  return strongestTerms(model).flatMap((list, k) =>
    list.length === 0
      ? []
      : [{ name: lists[k] ?? target, features: list.map(({ term, weight }) => ({ feature: featureName(features, term), weight })) }],
  )
}
