import { AppError } from '#core/errors/app-error'
import type { EstimatorParams } from '#core/estimators/estimators'
import type { SparseRows } from '#ml/features/sparse-rows'
import { steadyTerms } from '#ml/features/steady-terms'
import type { GaussianModel } from '#ml/models/gaussian'
import { pause } from '#ml/pipeline/pause'
import { weightPerClass } from './class-weights'
import type { ClassData, Fit, FitContext } from './contract'

const mostTerms = 20_000
const mostCells = 20_000_000
/** About 30 ms of work between two pauses. */
const entriesPerPause = 4_000_000

/**
 * Gaussian naive Bayes, as scikit-learn's GaussianNB: mean and variance of each term per class, in two passes; each
 * variance plus `varSmoothing` times the largest variance of any term over all rows. A class without rows (possible inside
 * a fold) gets the distribution of all rows and the prior of half a row. Throws AppError for more than 20,000 terms, or 20
 * million terms times classes.
 */
export async function fitGaussianNaiveBayes(
  { varSmoothing }: EstimatorParams<'gaussian-naive-bayes'>,
  { x, y, classes, weights }: ClassData,
  { signal }: FitContext,
): Promise<Fit<GaussianModel>> {
  refuseTooWide(x.terms, classes)
  const perClass = weightPerClass(y, classes, weights)
  const total = perClass.reduce((sum, weight) => sum + weight, 0)
  const own = await momentsOf(x, y, perClass, weights, signal)
  const all = await momentsOf(x, new Int32Array(x.rows), Float64Array.of(total), weights, signal)
  const widest = all.variances.reduce((most, variance) => Math.max(most, variance), 0)
  // where no term varies, any width will do: all classes have the same means
  const added = varSmoothing * (widest > 0 ? widest : 1)
  const { means, variances: scales } = own
  const bias = perClass.map((weight) => Math.log(Math.max(weight, 0.5) / total))
  for (let term = 0; term < x.terms; term++) {
    for (let k = 0; k < classes; k++) {
      const at = term * classes + k
      const isEmpty = perClass[k] === 0
      if (isEmpty) means[at] = all.means[term] ?? 0
      const variance = ((isEmpty ? all.variances[term] : scales[at]) ?? 0) + added
      bias[k] = (bias[k] ?? 0) - Math.log(2 * Math.PI * variance) / 2
      scales[at] = 1 / Math.sqrt(2 * variance)
    }
  }
  const state: GaussianModel = { shape: 'gaussian', means, scales, bias, steady: steadyTerms(x), terms: x.terms, outputs: classes }
  return { state, loss: [], notes: [] }
}

/** Mean and variance of each term per group, [terms][groups]; the variance from distances to the mean. */
async function momentsOf(x: SparseRows, group: Int32Array, perGroup: Float64Array, weights: Float64Array | null, signal?: AbortSignal) {
  const groups = perGroup.length
  const means = new Float64Array(x.terms * groups)
  const variances = new Float64Array(x.terms * groups)
  const held = new Float64Array(x.terms * groups)
  await eachEntry(x, signal, (row, term, value) => {
    const at = term * groups + (group[row] ?? 0)
    means[at] = (means[at] ?? 0) + (weights?.[row] ?? 1) * value
  })
  for (let at = 0; at < means.length; at++) means[at] = (means[at] ?? 0) / ((perGroup[at % groups] ?? 0) || 1)
  await eachEntry(x, signal, (row, term, value) => {
    const at = term * groups + (group[row] ?? 0)
    const weight = weights?.[row] ?? 1
    variances[at] = (variances[at] ?? 0) + weight * (value - (means[at] ?? 0)) ** 2
    held[at] = (held[at] ?? 0) + weight
  })
  for (let at = 0; at < means.length; at++) {
    const weight = perGroup[at % groups] ?? 0
    const absent = Math.max(0, weight - (held[at] ?? 0))
    variances[at] = ((variances[at] ?? 0) + absent * (means[at] ?? 0) ** 2) / (weight || 1)
  }
  return { means, variances }
}

async function eachEntry(x: SparseRows, signal: AbortSignal | undefined, visit: (row: number, term: number, value: number) => void) {
  let work = 0
  for (let row = 0; row < x.rows; row++) {
    const end = x.ptr[row + 1] ?? 0
    for (let j = x.ptr[row] ?? 0; j < end; j++) visit(row, x.ids[j] ?? 0, x.values[j] ?? 0)
    work += end - (x.ptr[row] ?? 0)
    if (work < entriesPerPause) continue
    work = 0
    await pause(signal)
  }
}

function refuseTooWide(terms: number, classes: number): void {
  if (terms > mostTerms) {
    throw new AppError('too_large', {
      detail: `Gaussian naive Bayes reads at most ${mostTerms.toLocaleString('en')} terms, here are ${terms.toLocaleString('en')}: lower "most terms" of the text features, or use naive Bayes, which is made for counts of words.`,
      hint: { fix: { label: 'Use naive Bayes', kind: 'insert-stage', value: 'naive-bayes' } },
    })
  }
  if (terms * classes > mostCells) {
    throw new AppError('too_large', {
      detail: `${terms.toLocaleString('en')} terms and ${classes.toLocaleString('en')} classes make ${(terms * classes).toLocaleString('en')} distributions, more than the ${mostCells.toLocaleString('en')} allowed: join rare classes, or lower "most terms" of the text features.`,
      hint: { param: 'target' },
    })
  }
}
