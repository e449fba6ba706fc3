import { AppError } from '#core/errors/app-error'
import type { Estimator } from '#core/estimators/estimators'
import { calibratedProbabilities, uncalibrated } from '#ml/calibration/calibration'
import { answersOf, type Threshold } from '#ml/calibration/threshold'
import { fitEstimator } from '#ml/estimators/fit-estimator'
import { describeBackground } from '#ml/explain/background'
import type { RawColumn } from '#ml/features/read-raw-columns'
import type { SparseRows } from '#ml/features/sparse-rows'
import { scoreRows } from '#ml/models/score-rows'
import { anomalyClasses, anomalyThreshold } from '#ml/unlabelled/anomaly-threshold'
import { confidenceReference } from './confidence-reference'
import type { FitArgs } from './fit-args'
import type { FittedClassifier } from './fitted-pipeline'
import { countPerClass } from './labels'
import { prepareFeatures, referenceOfInputs } from './prepare-fit'

/** What was found in the training rows themselves. */
export type Found = {
  raw: RawColumn[]
  x: SparseRows
  /** [rows]: the class that the model answers. */
  labels: Int32Array
  /** [rows][classes] */
  probabilities: Float32Array
}

/**
 * Fits a model of clusters or anomalies on all rows, without right answers: a classifier whose classes are the clusters by their
 * numbers, largest first, or "anomaly" and "normal", with the threshold that the expected share of anomalies puts. Nothing
 * is held out, for there is nothing to be judged by. `targetName` is what its answers are called. Throws as fitPipeline does.
 */
export async function fitUnlabelled(
  args: Omit<FitArgs, 'target' | 'calibration' | 'threshold'>,
): Promise<FittedClassifier & { found: Found }> {
  const { columns, estimator, seed, signal } = args
  const [first] = Object.values(columns)
  if (!first) throw new AppError('bad_input', { detail: 'No column of the table can be a feature: leave out fewer of them.' })
  const rows = first.values.length
  if (rows === 0) throw new AppError('bad_input', { detail: 'There are no rows to learn from; look at what the stages before keep.' })
  const targetName = args.targetName ?? 'answer'
  const { steps, notes, signature, raw, features, x } = await prepareFeatures(args, { targetName, answers: null, rows })
  const onShare = (share: number) => args.onProgress?.(Math.round(share * 100), 100, 'Training')
  const fit = await fitEstimator(estimator, { x, weights: null }, { seed, signal, onShare })
  const classes = classesOf(estimator)
  const probabilities = calibratedProbabilities(await scoreRows(fit.state, x, signal), uncalibrated, classes.length)
  const threshold = thresholdOf(estimator, probabilities)
  const labels = answersOf(probabilities, classes.length, threshold)
  const sizes = Array.from(countPerClass(labels, classes.length), (count, k) => ({ name: classes[k] ?? '', rows: count }))
  const confidence = Float64Array.from(labels, (label, row) => probabilities[row * classes.length + label] ?? 0)
  notes.push(...fit.notes)
  return {
    task: 'classification',
    classes,
    signature,
    plan: { prepare: args.plan.prepare, features: steps },
    estimator,
    features,
    model: fit.state,
    background: await describeBackground(x, { columns, signature, answers: { y: labels, classes }, seed }, signal),
    calibration: uncalibrated,
    threshold,
    training: {
      report: 'training',
      rows,
      terms: features.terms,
      classes: sizes,
      loss: fit.loss,
      calibration: 'none',
      temperature: null,
      eceBefore: null,
      eceAfter: null,
      strongest: [],
      notes,
    },
    reference: {
      ...referenceOfInputs(signature, columns, rows),
      classes: sizes.map((size) => ({ ...size, predicted: size.rows })),
      confidence: confidenceReference(confidence),
    },
    found: { raw, x, labels, probabilities },
  }
}

function classesOf(estimator: Estimator): string[] {
  if (estimator.kind === 'k-means') return Array.from({ length: estimator.clusters }, (_, k) => String(k + 1))
  return [...anomalyClasses]
}

function thresholdOf(estimator: Estimator, probabilities: Float32Array): Threshold | null {
  if (estimator.kind !== 'isolation-forest') return null
  const scores = probabilities.filter((_, at) => at % 2 === 0)
  return { positive: 0, threshold: anomalyThreshold(scores, estimator.contamination) }
}
