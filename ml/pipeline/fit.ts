import { AppError } from '#core/errors/app-error'
import { type Estimator, estimators } from '#core/estimators/estimators'
import type { Reference } from '#core/model/signature'
import type { FeatureStep, Plan } from '#core/ports/plan'
import type { TrainingReport } from '#core/reports/report'
import { type Calibration, uncalibrated } from '#ml/calibration/calibration'
import { fitTemperature } from '#ml/calibration/temperature'
import { fitEstimator } from '#ml/estimators/fit-estimator'
import { deriveFeatures } from '#ml/features/derive-plan'
import { type FittedFeatures, featureName, fitFeatures, transformFeatures } from '#ml/features/fit-plan'
import { readRawColumns } from '#ml/features/raw-columns'
import { calibration as reliability } from '#ml/metrics/calibration'
import type { ModelState } from '#ml/models/model-state'
import { argmaxRows } from '#ml/models/scores'
import { makeFolds } from '#ml/validate/folds'
import { outOfFoldScores } from '#ml/validate/out-of-fold'
import { checkColumns, checkSize, checkVocabularies } from './check-columns'
import type { TrainColumns } from './data'
import { describeInputs, describeReference } from './describe-columns'
import type { FittedPipeline } from './fitted-pipeline'
import { codeLabels, countPerClass, type Labels } from './labels'

export type FitArgs = {
  columns: TrainColumns
  /** One label a row; no row may be without. */
  target: readonly string[]
  /** Name of the target column, for messages and the signature; it is never a feature. */
  targetName?: string
  /** Prepare steps were already applied to `columns`; they are carried along. */
  plan: Plan
  estimator: Estimator
  calibrate: boolean
  seed: number
  onProgress?(done: number, total: number, doing: string): void
  signal?: AbortSignal
}

const foldsForCalibration = 5
const most = { strongest: 20, strongestClasses: 12 }

/**
 * Fits features and estimator on all rows, and once more on each of five stratified folds: the out-of-fold scores give
 * the temperature and the reference. The same arguments give the same bytes. Throws AppError that names the column or
 * the param when the data cannot be learned from, and `cancelled` soon after `signal` aborts.
 */
export async function fitPipeline(args: FitArgs): Promise<FittedPipeline> {
  const { columns, estimator, seed, signal } = args
  const targetName = args.targetName ?? 'label'
  const labels = codeLabels(args.target, targetName)
  const { steps, notes } = chooseFeatures(columns, args.plan, targetName, estimator)
  notes.push(...checkColumns(columns, steps, args.target.length))
  const signature = describeInputs(columns, steps, targetName)
  const folds = Math.min(foldsForCalibration, labels.y.length)
  const total = (folds + 1) * 100
  const report = (done: number, doing: string) => args.onProgress?.(Math.round(done * 100), total, doing)

  report(0, 'Reading the columns')
  const raw = await readRawColumns(columns, steps, signal)
  const rows = Int32Array.from(labels.y, (_, row) => row)
  const features = fitFeatures(raw, rows)
  checkVocabularies(features)
  checkSize(rows.length, features.terms, labels.classes.length)
  const x = transformFeatures(features, raw, rows)
  const classes = labels.classes.length
  const onShare = (share: number) => report(share, 'Training')
  const fit = await fitEstimator(estimator, { x, y: labels.y, classes, weights: null }, { seed, signal, onShare })
  const outOfFold = await outOfFoldScores({
    raw,
    y: labels.y,
    classes,
    folds: makeFolds(labels.y, folds, { kind: 'stratified', seed }),
    estimator,
    seed,
    signal,
    onFold: (done) => report(1 + done, 'Calibrating out of fold'),
  })
  const calibrated = await calibrate(outOfFold.scores, labels, args.calibrate, signal)
  report(folds + 1, 'Done')
  notes.push(...fit.notes, ...notesOnClasses(labels))
  return {
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
    reference: {
      rows: x.rows,
      columns: signature.inputs.flatMap((input) => {
        const column = columns[input.name]
        return column ? [describeReference(input, column)] : []
      }),
      ...calibrated.reference,
    },
  }
}

/** The plan's feature steps, or ones derived from the columns, with what there is to say about it. */
export function chooseFeatures(
  columns: TrainColumns,
  plan: Plan,
  targetName: string,
  estimator: Estimator,
): { steps: FeatureStep[]; notes: string[] } {
  if (plan.features.length > 0) {
    const leak = plan.features.find((step) => step.columns.includes(targetName))
    if (!leak) {
      refuseUnreadable(plan.features, estimator)
      return { steps: plan.features, notes: [] }
    }
    throw new AppError('bad_params', {
      detail: `The column "${targetName}" is the target, so it cannot be a feature: remove it from the ${leak.kind} features.`,
      hint: { column: targetName, param: 'columns' },
    })
  }
  const { [targetName]: _target, ...others } = columns
  const { features, notes } = deriveFeatures(others, estimators[estimator.kind].readsRaw)
  if (features.length > 0) return { steps: features, notes }
  throw new AppError('bad_input', {
    detail: `No column of the table can be a feature. ${notes.join(' ')}`.trim(),
    hint: { fix: { label: 'Add text features', kind: 'insert-stage', value: 'text-features' } },
  })
}

/** Missing numbers and whole categories are for models of trees. */
function refuseUnreadable(steps: readonly FeatureStep[], { kind }: Estimator): void {
  const { name, readsRaw } = estimators[kind]
  const step = steps.find(
    (each) => (each.kind === 'number' && each.impute === 'none') || (each.kind === 'category' && each.encoding === 'codes'),
  )
  if (readsRaw || !step) return
  const [what, mend, param] =
    step.kind === 'number'
      ? ['missing values', 'Let a missing value become the median', 'impute']
      : ['whole categories', 'Make them one-hot', 'encoding']
  throw new AppError('bad_params', {
    detail: `A ${name} model cannot read ${what}, as the ${step.kind} features of ${step.columns.join(', ')} leave them. ${mend}, or train gradient boosting or a forest.`,
    hint: { column: step.columns[0] ?? '', param },
  })
}

type Calibrated = {
  calibration: Calibration
  eceBefore: number
  eceAfter: number
  reference: Pick<Reference, 'classes' | 'confidence'>
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

/** Largest weights per class, against the mean of the classes. */
function strongestFeatures(model: ModelState, features: FittedFeatures, classes: readonly string[]): TrainingReport['strongest'] {
  if (model.shape !== 'linear' || classes.length > most.strongestClasses) return []
  return classes.map((name, k) => {
    const weight = Float64Array.from({ length: model.terms }, (_, term) => {
      let sum = 0
      for (let c = 0; c < model.outputs; c++) sum += model.weights[term * model.outputs + c] ?? 0
      return (model.weights[term * model.outputs + k] ?? 0) - sum / model.outputs
    })
    const least = weight.slice().sort()[Math.max(0, weight.length - most.strongest)] ?? 0
    const terms = Array.from(weight.keys()).filter((term) => (weight[term] ?? 0) >= least && (weight[term] ?? 0) > 0)
    const top = terms.sort((a, b) => (weight[b] ?? 0) - (weight[a] ?? 0) || a - b).slice(0, most.strongest)
    return { name, features: top.map((term) => ({ feature: featureName(features, term), weight: weight[term] ?? 0 })) }
  })
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
