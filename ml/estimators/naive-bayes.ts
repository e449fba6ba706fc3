import { AppError } from '#core/errors/app-error'
import type { EstimatorParams } from '#core/estimators/estimators'
import { weightPerClass } from './class-weights'
import type { ClassData, Fit } from './contract'

/**
 * Naive Bayes as a linear classifier: joint log-likelihood = x W + b.
 *
 * Multinomial: W = ln P(term | class), b = ln P(class), as scikit-learn's MultinomialNB. Complement: W = -ln P(term | other
 * classes), b = 0, as ComplementNB(norm=False) (Rennie et al. 2003, section 3.2). The mean over classes is taken from W
 * and b: it changes no probability and keeps float32 sums small. A class without rows (possible inside a fold) gets the
 * prior of half a row. Throws AppError when a value is negative.
 */
export async function fitNaiveBayes(
  { variant, alpha }: EstimatorParams<'naive-bayes'>,
  { x, y, classes, weights: rowWeights }: ClassData,
): Promise<Fit> {
  const counts = new Float64Array(x.terms * classes)
  for (let row = 0; row < x.rows; row++) {
    const label = y[row] ?? 0
    const rowWeight = rowWeights?.[row] ?? 1
    for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) {
      const value = x.values[j] ?? 0
      if (value < 0) throw negativeValue()
      const at = (x.ids[j] ?? 0) * classes + label
      counts[at] = (counts[at] ?? 0) + rowWeight * value
    }
  }
  const weights = variant === 'multinomial' ? multinomial(counts, x.terms, classes, alpha) : complement(counts, x.terms, classes, alpha)
  const perClass = weightPerClass(y, classes, rowWeights)
  const total = perClass.reduce((sum, weight) => sum + weight, 0)
  const prior = perClass.map((weight) => (variant === 'multinomial' ? Math.log(Math.max(weight, 0.5) / total) : 0))
  centre(weights, classes)
  centre(prior, classes)
  return {
    state: { shape: 'linear', weights: Float32Array.from(weights), bias: Float32Array.from(prior), terms: x.terms, outputs: classes },
    loss: [],
    notes: [],
  }
}

function multinomial(counts: Float64Array, terms: number, classes: number, alpha: number): Float64Array {
  const totals = new Float64Array(classes).fill(alpha * terms)
  for (let i = 0; i < counts.length; i++) totals[i % classes] = (totals[i % classes] ?? 0) + (counts[i] ?? 0)
  const logTotals = totals.map(Math.log)
  return counts.map((count, i) => Math.log(count + alpha) - (logTotals[i % classes] ?? 0))
}

function complement(counts: Float64Array, terms: number, classes: number, alpha: number): Float64Array {
  const others = new Float64Array(counts.length)
  const totals = new Float64Array(classes)
  for (let term = 0; term < terms; term++) {
    const at = term * classes
    let all = 0
    for (let k = 0; k < classes; k++) all += counts[at + k] ?? 0
    for (let k = 0; k < classes; k++) {
      const other = all - (counts[at + k] ?? 0) + alpha
      others[at + k] = other
      totals[k] = (totals[k] ?? 0) + other
    }
  }
  const logTotals = totals.map(Math.log)
  return others.map((other, i) => (logTotals[i % classes] ?? 0) - Math.log(other))
}

/** Takes the mean of each row of `classes` values from it. */
function centre(values: Float64Array, classes: number): void {
  for (let at = 0; at < values.length; at += classes) {
    let sum = 0
    for (let k = 0; k < classes; k++) sum += values[at + k] ?? 0
    const mean = sum / classes
    for (let k = 0; k < classes; k++) values[at + k] = (values[at + k] ?? 0) - mean
  }
}

function negativeValue(): AppError {
  return new AppError('bad_input', {
    detail:
      'Naive Bayes counts, so it cannot read negative values: set the scale of the number features to "minmax", or use logistic regression.',
    hint: { param: 'scale' },
  })
}
