import type { TrainingReport } from '#core/reports/report'
import { checkCalibration } from '#ml/calibration/fit-calibration'
import { positiveOf } from '#ml/calibration/threshold'
import { fitEstimator } from '#ml/estimators/fit-estimator'
import { type FittedFeatures, featureName } from '#ml/features/fitted-features'
import type { ModelState } from '#ml/models/model-state'
import { strongestTerms } from '#ml/models/strongest'
import { makeFolds } from '#ml/validate/folds'
import { outOfFoldBeside } from '#ml/validate/out-of-fold'
import { calibrateFit } from './calibrate-fit'
import type { FitArgs } from './fit-args'
import type { FittedClassifier } from './fitted-pipeline'
import { codeLabels, countPerClass, labelsOf, smallClasses } from './labels'
import { prepareFit, referenceOfInputs } from './prepare-fit'
import { twoWorks } from './two-works'

const most = { strongestClasses: 12 }

/** Fits a classifier; the stratified out-of-fold scores give its calibration, its threshold and the reference. Throws as fitPipeline does. */
export async function fitClassifier(args: FitArgs): Promise<FittedClassifier> {
  const { columns, estimator, seed, signal } = args
  const targetName = args.targetName ?? 'label'
  const labels = codeLabels(labelsOf(args.target), targetName)
  const classes = labels.classes.length
  checkCalibration(args.calibration, classes)
  if (args.threshold) positiveOf(args.threshold, labels.classes, labels.y)
  const { steps, notes, warnings, signature, raw, features, x, background, folds, report } = await prepareFit(args, targetName, labels)
  const { y } = labels
  const parts = makeFolds(y, folds, { kind: 'stratified', seed })
  const progress = twoWorks(report, 'Training', 'Calibrating out of fold')
  const { done: fit, outOfFold } = await outOfFoldBeside(
    () => progress.during((onShare) => fitEstimator(estimator, { x, y, classes, weights: null }, { seed, signal, onShare })),
    { raw, estimator, answers: { y, classes }, seed, folds: parts, onFold: progress.others, threads: args.threads, signal },
  )
  const calibrated = await calibrateFit({ ...outOfFold, folds: parts, labels }, args)
  report(folds + 1, 'Done')
  notes.push(...fit.notes, ...calibrated.notes)
  warnings.push(...smallClasses(labels, folds))
  return {
    task: 'classification',
    classes: labels.classes,
    signature,
    plan: { prepare: args.plan.prepare, features: steps },
    estimator,
    features,
    model: fit.state,
    background,
    calibration: calibrated.calibration,
    threshold: calibrated.threshold,
    training: {
      report: 'training',
      rows: x.rows,
      terms: features.terms,
      classes: Array.from(countPerClass(labels.y, classes), (count, k) => ({ name: labels.classes[k] ?? '', rows: count })),
      loss: fit.loss,
      ...calibrated.training,
      strongest: strongestFeatures(fit.state, features, labels.classes),
      notes,
      ...(warnings.length > 0 && { warnings }),
    },
    reference: { ...referenceOfInputs(signature, columns, x.rows), ...calibrated.reference },
  }
}

/** What the model goes by most: of a linear one per class, of trees altogether. */
function strongestFeatures(model: ModelState, features: FittedFeatures, classes: readonly string[]): TrainingReport['strongest'] {
  if (model.shape === 'linear' && classes.length > most.strongestClasses) return []
  return strongestTerms(model).map((list, k) => ({
    name: model.shape === 'linear' ? (classes[k] ?? '') : 'Share of what all splits gained',
    features: list.map(({ term, weight }) => ({ feature: featureName(features, term), weight })),
  }))
}
