import { softmaxRows } from '#ml/models/scores'

/** How scores become probabilities: a fitted part of the model. */
export type Calibration = {
  method: 'temperature'
  /** What the scores are divided by; 1 leaves them as they are. */
  temperature: number
}

export const uncalibrated: Calibration = { method: 'temperature', temperature: 1 }

/** Probabilities from scores, [rows][classes] row-major, in place. */
export function calibratedProbabilities(scores: Float32Array, { temperature }: Calibration, classes: number): Float32Array {
  const factor = Math.fround(1 / temperature)
  if (factor !== 1) for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] ?? 0) * factor
  return softmaxRows(scores, classes)
}
