import { logLoss } from './classification-report'

/** Overall figures as classificationReport defines them, without its rankings. Class indexes [rows], probabilities [rows][classes]. */
export function classQuality(
  truth: Int32Array,
  predicted: Int32Array,
  probabilities: Float32Array,
  classes: number,
): { accuracy: number; macroF1: number; logLoss: number } {
  const [labelled, called, right] = [new Float64Array(classes), new Float64Array(classes), new Float64Array(classes)]
  for (const [row, label] of truth.entries()) {
    const answer = predicted[row] ?? 0
    labelled[label] = (labelled[label] ?? 0) + 1
    called[answer] = (called[answer] ?? 0) + 1
    if (answer === label) right[label] = (right[label] ?? 0) + 1
  }
  const f1 = right.map((hits, k) => (hits === 0 ? 0 : (2 * hits) / ((labelled[k] ?? 0) + (called[k] ?? 0))))
  return {
    accuracy: right.reduce((sum, hits) => sum + hits, 0) / truth.length,
    macroF1: f1.reduce((sum, value) => sum + value, 0) / classes,
    logLoss: logLoss(truth, probabilities, classes),
  }
}
