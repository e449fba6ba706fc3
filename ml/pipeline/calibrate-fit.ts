import type { ClassReference } from '#core/model/signature'
import type { TrainingReport } from '#core/reports/report'
import type { Calibration } from '#ml/calibration/calibration'
import { calibrateAcrossFolds, calibrateRows, fitCalibration } from '#ml/calibration/fit-calibration'
import { answersOf, chooseThreshold, positiveOf, type Threshold } from '#ml/calibration/threshold'
import { classBaselines } from '#ml/metrics/baselines'
import { calibration as reliability } from '#ml/metrics/calibration'
import { classQuality } from '#ml/metrics/class-quality'
import { argmaxRows } from '#ml/models/scores'
import type { Fold } from '#ml/validate/folds'
import type { OutOfFold } from '#ml/validate/out-of-fold'
import { confidenceReference } from './confidence-reference'
import type { FitArgs } from './fit-args'
import { countPerClass, type Labels } from './labels'

/** Below it, isotonic follows the noise of the rows. */
const enoughForIsotonic = 1_000

type CalibratedFit = {
  calibration: Calibration
  threshold: Threshold | null
  training: Pick<TrainingReport, 'calibration' | 'temperature' | 'eceBefore' | 'eceAfter' | 'reliability' | 'threshold' | 'quality'>
  reference: Pick<ClassReference, 'classes' | 'confidence'>
  notes: string[]
}

/**
 * Calibration and threshold from out-of-fold scores, and what the calibrated out-of-fold answers look like. A temperature
 * is one number for all rows, so it is judged on the rows that gave it; the others, which could learn rows by heart, fold
 * by fold on rows that they have not seen.
 */
export async function calibrateFit(
  { scores, tested, folds, labels: { classes, y } }: OutOfFold & { folds: readonly Fold[]; labels: Labels },
  { calibration: method, threshold: choice, signal }: Pick<FitArgs, 'calibration' | 'threshold' | 'signal'>,
): Promise<CalibratedFit> {
  const width = classes.length
  const args = { scores, y, classes: width, signal }
  const calibration = await fitCalibration(method, args)
  const { temperature } = calibration.method === 'temperature' ? calibration : { temperature: null }
  const probabilities =
    temperature === null
      ? await calibrateAcrossFolds(method, { ...args, tested, folds, strategy: 'stratified' })
      : await calibrateRows(scores, calibration, width, signal)
  const chosen = choice ? { ...chooseThreshold(choice, positiveOf(choice, classes, y), { probabilities, y }), by: choice.by } : null
  const threshold = chosen && { positive: chosen.positive, threshold: chosen.threshold }

  const likeliest = argmaxRows(scores, width)
  const before = reliabilityOf(
    likeliest.map((_, row) => row),
    (row) => topProbability(scores, row * width, width, 1),
    (row) => likeliest[row] === y[row],
  )
  const isByScores = temperature !== null && threshold === null
  const predicted = isByScores ? likeliest : answersOf(probabilities, width, threshold)
  // in double precision where no threshold needs the probabilities of the file
  const confidence = Float64Array.from(predicted, (label, row) =>
    isByScores ? topProbability(scores, row * width, width, temperature) : (probabilities[row * width + label] ?? 0),
  )
  const after = reliabilityOf(
    predicted,
    (row) => confidence[row] ?? 0,
    (row) => predicted[row] === y[row],
  )
  const [labelled, called] = [countPerClass(y, width), countPerClass(predicted, width)]
  return {
    calibration,
    threshold,
    training: {
      calibration: method,
      temperature: method === 'temperature' ? temperature : null,
      eceBefore: before.ece,
      eceAfter: method === 'none' ? null : after.ece,
      reliability: { before: before.bins, after: method === 'none' ? null : after.bins },
      ...(chosen && { threshold: { ...chosen, positive: classes[chosen.positive] ?? '' } }),
      quality: { ...classQuality(y, predicted, probabilities, width), baselines: classBaselines(labelled, labelled) },
    },
    reference: {
      classes: classes.map((name, k) => ({ name, rows: labelled[k] ?? 0, predicted: called[k] ?? 0 })),
      confidence: confidenceReference(confidence),
    },
    notes:
      method === 'isotonic' && y.length < enoughForIsotonic
        ? [`Isotonic calibration had ${y.length} rows to learn from; below ${enoughForIsotonic} rows, sigmoid is usually closer.`]
        : [],
  }
}

function reliabilityOf(rows: Int32Array, confidence: (row: number) => number, isRight: (row: number) => boolean) {
  return reliability(
    Float64Array.from(rows, (_, row) => confidence(row)),
    Uint8Array.from(rows, (_, row) => (isRight(row) ? 1 : 0)),
  )
}

/** Largest probability of softmax(scores / temperature) of the row that begins at `at`. */
function topProbability(scores: Float32Array, at: number, classes: number, temperature: number): number {
  let peak = Number.NEGATIVE_INFINITY
  for (let k = at; k < at + classes; k++) peak = Math.max(peak, scores[k] ?? 0)
  let sum = 0
  for (let k = at; k < at + classes; k++) sum += Math.exp(((scores[k] ?? 0) - peak) / temperature)
  return 1 / sum
}
