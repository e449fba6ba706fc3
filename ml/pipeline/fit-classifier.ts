import type { ClassReference } from '#core/model/signature'
import type { TrainingReport } from '#core/reports/report'
import { type Calibration, uncalibrated } from '#ml/calibration/calibration'
import { fitTemperature } from '#ml/calibration/temperature'
import type { FitContext } from '#ml/estimators/contract'
import { fitEstimator } from '#ml/estimators/fit-estimator'
import { type FittedFeatures, featureName } from '#ml/features/fit-plan'
import { textsOf } from '#ml/features/raw-columns'
import type { SparseRows } from '#ml/features/sparse-rows'
import { calibration as reliability } from '#ml/metrics/calibration'
import type { ModelState } from '#ml/models/model-state'
import { argmaxRows } from '#ml/models/scores'
import { strongestTerms } from '#ml/models/strongest'
import { makeFolds } from '#ml/validate/folds'
import { outOfFoldScores } from '#ml/validate/out-of-fold'
import type { FitArgs, Target } from './fit-args'
import type { FittedClassifier } from './fitted-pipeline'
import { codeLabels, countPerClass, type Labels } from './labels'
import { prepareFit, referenceOfInputs } from './prepare-fit'

const most = { strongestClasses: 12 }

/** Fits a classifier; the stratified out-of-fold scores give the temperature and the reference. Throws as fitPipeline does. */
export async function fitClassifier(args: FitArgs): Promise<FittedClassifier> {
  const { columns, estimator, seed, signal } = args
  const targetName = args.targetName ?? 'label'
  const labels = codeLabels(labelsOf(args.target), targetName)
  const classes = labels.classes.length
  const { steps, notes, signature, raw, features, x, folds, report } = await prepareFit(args, targetName, classes)
  const learn = (x: SparseRows, y: Int32Array, onShare: FitContext['onShare']) =>
    fitEstimator(estimator, { x, y, classes, weights: null }, { seed, signal, onShare })
  const fit = await learn(x, labels.y, (share) => report(share, 'Training'))
  const outOfFold = await outOfFoldScores({
    raw,
    rows: x.rows,
    outputs: classes,
    folds: makeFolds(labels.y, folds, { kind: 'stratified', seed }),
    learn: (x, rows, onShare) =>
      learn(
        x,
        Int32Array.from(rows, (row) => labels.y[row] ?? 0),
        onShare,
      ),
    onFold: (done) => report(1 + done, 'Calibrating out of fold'),
  })
  const calibrated = await calibrate(outOfFold.scores, labels, args.calibrate, signal)
  report(folds + 1, 'Done')
  notes.push(...fit.notes, ...notesOnClasses(labels))
  return {
    task: 'classification',
    classes: labels.classes,
    signature,
    plan: { prepare: args.plan.prepare, features: steps },
    estimator,
    features,
    model: fit.state,
    calibration: calibrated.calibration,
    training: {
      report: 'training',
      rows: x.rows,
      terms: features.terms,
      classes: Array.from(countPerClass(labels.y, classes), (count, k) => ({ name: labels.classes[k] ?? '', rows: count })),
      loss: fit.loss,
      temperature: args.calibrate ? calibrated.calibration.temperature : null,
      eceBefore: calibrated.eceBefore,
      eceAfter: args.calibrate ? calibrated.eceAfter : null,
      strongest: strongestFeatures(fit.state, features, labels.classes),
      notes,
    },
    reference: { ...referenceOfInputs(signature, columns, x.rows), ...calibrated.reference },
  }
}

/** Numbers as names of classes: 3 is "3". */
export function labelsOf(target: Target): readonly string[] {
  return target instanceof Float64Array ? textsOf({ type: 'number', values: target }) : target
}

type Calibrated = {
  calibration: Calibration
  eceBefore: number
  eceAfter: number
  reference: Pick<ClassReference, 'classes' | 'confidence'>
}

/** Temperature from out-of-fold scores, and what the calibrated out-of-fold predictions look like. */
async function calibrate(scores: Float32Array, { classes, y }: Labels, wanted: boolean, signal?: AbortSignal): Promise<Calibrated> {
  const width = classes.length
  const predicted = argmaxRows(scores, width)
  const isRight = Uint8Array.from(predicted, (label, row) => (label === y[row] ? 1 : 0))
  const confidenceAt = (temperature: number) =>
    Float64Array.from(predicted, (_label, row) => topProbability(scores, row * width, width, temperature))
  const calibration: Calibration = wanted
    ? { method: 'temperature', temperature: await fitTemperature(scores, y, width, signal ? { signal } : {}) }
    : uncalibrated
  const confidence = confidenceAt(calibration.temperature)
  const counts = new Array<number>(20).fill(0)
  for (const value of confidence) {
    const bin = Math.min(19, Math.floor(value * 20))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  const [labelled, called] = [countPerClass(y, width), countPerClass(predicted, width)]
  return {
    calibration,
    eceBefore: reliability(wanted ? confidenceAt(1) : confidence, isRight).ece,
    eceAfter: reliability(confidence, isRight).ece,
    reference: {
      classes: classes.map((name, k) => ({ name, rows: labelled[k] ?? 0, predicted: called[k] ?? 0 })),
      confidence: { counts, mean: confidence.reduce((sum, value) => sum + value, 0) / confidence.length },
    },
  }
}

/** Largest probability of softmax(scores / temperature) of the row that begins at `at`. */
function topProbability(scores: Float32Array, at: number, classes: number, temperature: number): number {
  let peak = Number.NEGATIVE_INFINITY
  for (let k = at; k < at + classes; k++) peak = Math.max(peak, scores[k] ?? 0)
  let sum = 0
  for (let k = at; k < at + classes; k++) sum += Math.exp(((scores[k] ?? 0) - peak) / temperature)
  return 1 / sum
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
