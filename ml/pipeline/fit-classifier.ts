import type { TrainingReport } from '#core/reports/report'
import { checkCalibration } from '#ml/calibration/fit-calibration'
import { positiveOf } from '#ml/calibration/threshold'
import type { FitContext } from '#ml/estimators/contract'
import { fitEstimator } from '#ml/estimators/fit-estimator'
import { type FittedFeatures, featureName } from '#ml/features/fit-plan'
import type { SparseRows } from '#ml/features/sparse-rows'
import type { ModelState } from '#ml/models/model-state'
import { strongestTerms } from '#ml/models/strongest'
import { makeFolds } from '#ml/validate/folds'
import { outOfFoldScores } from '#ml/validate/out-of-fold'
import { calibrateFit } from './calibrate-fit'
import type { FitArgs } from './fit-args'
import type { FittedClassifier } from './fitted-pipeline'
import { codeLabels, countPerClass, type Labels, labelsOf } from './labels'
import { prepareFit, referenceOfInputs } from './prepare-fit'

const most = { strongestClasses: 12 }

/** Fits a classifier; the stratified out-of-fold scores give its calibration, its threshold and the reference. Throws as fitPipeline does. */
export async function fitClassifier(args: FitArgs): Promise<FittedClassifier> {
  const { columns, estimator, seed, signal } = args
  const targetName = args.targetName ?? 'label'
  const labels = codeLabels(labelsOf(args.target), targetName)
  const classes = labels.classes.length
  checkCalibration(args.calibration, classes)
  if (args.threshold) positiveOf(args.threshold, labels.classes, labels.y)
  const { steps, notes, signature, raw, features, x, folds, report } = await prepareFit(args, targetName, labels)
  const learn = (x: SparseRows, y: Int32Array, onShare: FitContext['onShare']) =>
    fitEstimator(estimator, { x, y, classes, weights: null }, { seed, signal, onShare })
  const fit = await learn(x, labels.y, (share) => report(share, 'Training'))
  const parts = makeFolds(labels.y, folds, { kind: 'stratified', seed })
  const outOfFold = await outOfFoldScores({
    raw,
    signal,
    rows: x.rows,
    outputs: classes,
    folds: parts,
    learn: (x, rows, onShare) =>
      learn(
        x,
        Int32Array.from(rows, (row) => labels.y[row] ?? 0),
        onShare,
      ),
    onFold: (done) => report(1 + done, 'Calibrating out of fold'),
  })
  const calibrated = await calibrateFit({ ...outOfFold, folds: parts, labels }, args)
  report(folds + 1, 'Done')
  notes.push(...fit.notes, ...notesOnClasses(labels), ...calibrated.notes)
  return {
    task: 'classification',
    classes: labels.classes,
    signature,
    plan: { prepare: args.plan.prepare, features: steps },
    estimator,
    features,
    model: fit.state,
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

function notesOnClasses({ classes, y }: Labels): string[] {
  const counts = countPerClass(y, classes.length)
  const single = classes.filter((_, k) => counts[k] === 1)
  if (single.length === 0) return []
  const named = single
    .slice(0, 5)
    .map((name) => `"${name}"`)
    .join(', ')
  return [
    `${single.length === 1 ? 'One class has' : `${single.length} classes have`} a single row (${named}${single.length > 5 ? ' …' : ''}), so nothing is known of how well it is recognised: add rows, or join classes.`,
  ]
}
