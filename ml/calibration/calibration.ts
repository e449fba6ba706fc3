import { softmaxRows } from '#ml/models/scores'
import { type Curve, readCurve } from './isotonic'
import { logOddsRows } from './log-odds'

/** How scores become probabilities: a fitted part of the model. */
export type Calibration =
  /** What the scores are divided by; 1 leaves them as they are. */
  | { method: 'temperature'; temperature: number }
  /** Per class 1 / (1 + exp(-(slope * log-odds + intercept))), divided by their sum. */
  | { method: 'sigmoid'; slopes: Float32Array; intercepts: Float32Array }
  /** Per class its curve of the log-odds, divided by their sum. */
  | { method: 'isotonic'; curves: Curve[] }

export const uncalibrated: Calibration = { method: 'temperature', temperature: 1 }

/**
 * Where the curves of a row add up to less, the missing part comes from the probabilities before calibration: dividing by a
 * sum near 0 would blow rounding up.
 */
export const leastSum = 0.5

/** Probabilities from scores, [rows][classes] row-major, in place. Log-odds are those of each class against the rest. */
export function calibratedProbabilities(scores: Float32Array, calibration: Calibration, classes: number): Float32Array {
  switch (calibration.method) {
    case 'temperature': {
      const factor = Math.fround(1 / calibration.temperature)
      if (factor !== 1) for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] ?? 0) * factor
      return softmaxRows(scores, classes)
    }
    case 'sigmoid': {
      const { slopes, intercepts } = calibration
      const odds = logOddsRows(scores, classes)
      // softmax of the logarithms divides by the sum, also where all of them are next to nothing
      for (let i = 0; i < odds.length; i++) {
        const k = i % classes
        scores[i] = -softplus(-((slopes[k] ?? 0) * (odds[i] ?? 0) + (intercepts[k] ?? 0)))
      }
      return softmaxRows(scores, classes)
    }
    case 'isotonic': {
      const odds = logOddsRows(scores, classes)
      softmaxRows(scores, classes)
      const values = new Float64Array(classes)
      for (let at = 0; at < odds.length; at += classes) {
        let sum = 0
        for (const [k, curve] of calibration.curves.entries()) {
          const value = readCurve(curve, odds[at + k] ?? 0)
          values[k] = value
          sum += value
        }
        const missing = Math.max(0, leastSum - sum)
        for (const [k, value] of values.entries()) scores[at + k] = (value + missing * (scores[at + k] ?? 0)) / (sum + missing)
      }
      return scores
    }
  }
}

/** ln(1 + exp(x)), without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
}
