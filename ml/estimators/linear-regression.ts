import { AppError } from '#core/errors/app-error'
import type { EstimatorParams } from '#core/estimators/estimators'
import type { SparseRows } from '#ml/features/sparse-rows'
import type { LinearModel } from '#ml/models/linear'
import type { Fit, FitContext, NumberData } from './contract'
import { descend, type Quadratic, scanTerms } from './elastic-net-descent'
import { descendGram, gramOf, suitsGram } from './gram-descent'
import { openPace, type Pace } from './pace'
import { solveRidge } from './solve-ridge'
import { centredColumns, type SparseColumns } from './sparse-columns'

/** Of the order of the error in R2 for lasso and elastic net; for ridge, the share of the first gradient that may be left. */
const defaultTolerance = { descent: 1e-6, ridge: 1e-6 }
/** A round works on the terms that a look at all of them chose, at most so many passes long. */
const round = { share: 0.02, most: 30 }

export type LinearRegressionParams = EstimatorParams<'linear-regression'> & { tolerance?: number }

/**
 * Linear regression with a penalty and a free intercept. With n the sum of row weights, as scikit-learn's
 * - Ridge: minimises sum_i weight_i (y_i - x_i w - b)^2 + alpha |w|^2,
 * - Lasso: sum_i weight_i (y_i - x_i w - b)^2 / (2 n) + alpha |w|_1,
 * - ElasticNet: the same + alpha (l1Share |w|_1 + (1 - l1Share) |w|^2 / 2).
 *
 * Ridge is solved by conjugate gradients (solve-ridge.ts), the others by coordinate descent on the terms whose weight is
 * not 0 or should not be (elastic-net-descent.ts; where terms are few, on their products with each other:
 * gram-descent.ts), until the duality gap (Kim et al. 2007, "An interior-point method for
 * large-scale l1-regularized least squares", section III) is below 1e-6 of the sum of squares of y around its mean.
 * Needs no randomness. Throws AppError when the numbers overflow.
 */
export async function fitLinearRegression(
  params: LinearRegressionParams,
  { x, y, weights: rowWeights }: NumberData,
  { signal, onShare }: FitContext,
): Promise<Fit<LinearModel>> {
  const weights = rowWeights ?? new Float64Array(x.rows).fill(1)
  const pace = openPace(signal)
  await pace.pause()
  const columns = await centredColumns(x, rowWeights, pace)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const mean = y.reduce((sum, value, row) => sum + (value * (weights[row] ?? 0)) / total, 0)
  const problem: Problem = {
    x,
    columns,
    weights,
    total,
    y: y.map((value) => value - mean),
    ...penaltiesOf(params, total),
    most: params.maxEpochs,
    pace,
    onPass: (passes) => onShare?.(Math.min(1, passes / params.maxEpochs)),
  }
  const solved =
    problem.l1 > 0
      ? await (suitsGram(x) ? solveByGram : solveByDescent)(problem, params.tolerance ?? defaultTolerance.descent)
      : await solveSmooth(problem, params.tolerance ?? defaultTolerance.ridge)
  const state = stateOf(columns, weights, total, mean, solved.w)
  if (!state.bias.every(Number.isFinite) || !state.weights.every(Number.isFinite)) {
    throw new AppError('bad_input', { detail: 'The training did not settle: scale the number columns, or raise alpha.' })
  }
  const notes = problem.l1 > 0 ? [notesOnWeights(state.weights)] : []
  return { state, loss: solved.loss, notes: solved.note ? [...notes, solved.note] : notes }
}

type Problem = {
  x: SparseRows
  columns: SparseColumns
  weights: Float64Array
  total: number
  /** Centred. */
  y: Float64Array
  l1: number
  l2: number
  most: number
  pace: Pace
  onPass(passes: number): void
}

type Solved = { w: Float64Array; loss: Fit['loss']; note: string | null }

/** Against half the sum of weighted squares. */
function penaltiesOf({ penalty, alpha, l1Share }: LinearRegressionParams, total: number): { l1: number; l2: number } {
  if (penalty === 'ridge') return { l1: 0, l2: alpha }
  const share = penalty === 'lasso' ? 1 : l1Share
  return { l1: alpha * share * total, l2: alpha * (1 - share) * total }
}

async function solveSmooth(problem: Problem, tolerance: number): Promise<Solved> {
  const { w, passes, left } = await solveRidge({ ...problem, tolerance })
  const note =
    left > tolerance
      ? `Training stopped after ${passes} passes with ${left.toPrecision(2)} of the first gradient left: allow more passes, scale the number columns, or raise alpha.`
      : null
  return { w, loss: [], note }
}

async function solveByDescent(problem: Problem, tolerance: number): Promise<Solved> {
  const { columns, weights, total, y, l1, l2, most, pace, onPass } = problem
  const w = new Float64Array(columns.terms)
  const slopes = y.map((value, row) => -value * (weights[row] ?? 0))
  const quadratic: Quadratic = { columns, curvatures: weights, slopes, weights: w, l1, l2 }
  const squares = y.reduce((sum, value, row) => sum + value * value * (weights[row] ?? 0), 0)
  const loss: Fit['loss'] = []
  let passes = 0
  let gap = Number.POSITIVE_INFINITY
  for (;;) {
    const { active, steepest } = await scanTerms(quadratic, pace)
    gap = dualityGap(quadratic, y, steepest)
    if (gap <= tolerance * squares || passes >= most) break
    const descent = await descend(quadratic, active, { ...round, most: Math.min(round.most, most - passes) }, pace)
    passes += Math.max(1, descent.passes)
    for (let row = 0; row < slopes.length; row++) slopes[row] = (slopes[row] ?? 0) + descent.intercept * (weights[row] ?? 0)
    loss.push({ epoch: passes, loss: squaresOf(slopes, weights) / total })
    onPass(passes)
  }
  return { w, loss, note: noteOnGap(passes, gap / squares, tolerance) }
}

/** A pass over the pairs of terms counts as the part of a pass over the rows that its work is. */
async function solveByGram({ x, y, weights, columns, total, l1, l2, most, pace, onPass }: Problem, tolerance: number): Promise<Solved> {
  const gram = await gramOf(x, y, weights, columns.centres, pace)
  const perPass = Math.max(1, Math.floor(x.ids.length / x.terms ** 2))
  const loss: Fit['loss'] = []
  const { w, passes, gap } = await descendGram(gram, {
    ...{ l1, l2, tolerance, most: most * perPass, pace },
    onPass: (done, squares) => {
      const epoch = Math.ceil(done / perPass)
      onPass(epoch)
      if (epoch > (loss.at(-1)?.epoch ?? 0)) loss.push({ epoch, loss: squares / total })
    },
  })
  return { w, loss, note: noteOnGap(Math.ceil(passes / perPass), gap, tolerance) }
}

function noteOnGap(passes: number, share: number, tolerance: number): string | null {
  if (!(share > tolerance)) return null
  return `Training stopped after ${passes} passes with a duality gap of ${share.toPrecision(2)} of the spread of the target: allow more passes, scale the number columns, or raise alpha.`
}

/** How far the objective is above its least value at most; slopes are minus the weighted residuals. */
function dualityGap({ slopes, curvatures, weights: w, l1, l2 }: Quadratic, y: Float64Array, steepest: number): number {
  const scale = steepest > l1 ? l1 / steepest : 1
  const squares = squaresOf(slopes, curvatures)
  let fit = 0
  for (const [row, slope] of slopes.entries()) fit -= slope * (y[row] ?? 0)
  let [absolute, square] = [0, 0]
  for (const weight of w) {
    absolute += Math.abs(weight)
    square += weight * weight
  }
  return ((1 + scale ** 2) * (squares + l2 * square)) / 2 + l1 * absolute - scale * fit
}

/** Sum of weighted squared residuals. */
function squaresOf(slopes: Float64Array, weights: Float64Array): number {
  let sum = 0
  for (const [row, slope] of slopes.entries()) sum += slope ** 2 / (weights[row] ?? 1)
  return sum
}

/** The intercept follows from the weights as they are in single precision, so that the rounding of large ones does not shift predictions. */
function stateOf(columns: SparseColumns, rowWeights: Float64Array, total: number, mean: number, w: Float64Array): LinearModel {
  const weights = Float32Array.from(w)
  let bias = mean
  for (const [term, weight] of weights.entries()) {
    if (weight === 0) continue
    let sum = 0
    for (let j = columns.ptr[term] ?? 0, end = columns.ptr[term + 1] ?? 0; j < end; j++) {
      sum += (columns.values[j] ?? 0) * (rowWeights[columns.rowIds[j] ?? 0] ?? 0)
    }
    bias -= weight * (sum / total + (columns.centres[term] ?? 0))
  }
  return { shape: 'linear', weights, bias: Float32Array.of(bias), terms: columns.terms, outputs: 1 }
}

function notesOnWeights(weights: Float32Array): string {
  const kept = weights.reduce((count, weight) => count + (weight === 0 ? 0 : 1), 0)
  if (kept === 0) return 'No feature carries weight, so every prediction is the mean: lower alpha.'
  return `${kept} of ${weights.length} features carry weight.`
}
