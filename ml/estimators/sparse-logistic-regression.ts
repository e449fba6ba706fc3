import { AppError } from '#core/errors/app-error'
import type { EstimatorParams } from '#core/estimators/estimators'
import type { LinearModel } from '#ml/models/linear'
import { type ClassScores, lossOf, meanLogSum, moveClass, openClassScores, readClass } from './class-scores'
import { balancingFactors, weightPerClass } from './class-weights'
import type { ClassData, Fit, FitContext } from './contract'
import { addColumn, columnWork, descend, type Quadratic, scanTerms } from './elastic-net-descent'
import { shareAmongClasses } from './gauge'
import { openPace, type Pace } from './pace'
import { centredColumns, type SparseColumns } from './sparse-columns'
import { termMajor } from './term-major'

/** Stops when so little is left of the violation at the start, summed over classes. */
const defaultTolerance = 1e-3
/** The quadratic is a model of the loss: solving it well pays only near the end, when few passes do. */
const inner = { share: 0.1, most: 10 }
/** What is left of a violation, as a share of the cost of all rows, when only rounding is. */
const rounding = 1e-12
/** A class whose violation is below this share of what may be left is not moved. */
const stillShare = 0.1
/** Keeps the step finite where all rows are decided. */
const leastCurvature = 1e-10
const mostBytes = 2.5 * 1024 ** 3

export type SparseLogisticParams = EstimatorParams<'logistic-regression'> & { tolerance?: number }

/**
 * Multinomial logistic regression that chooses its features: minimises sum_i cost_i * logloss_i + share * |W|_1 +
 * (1 - share) * |W|^2 / 2 with cost_i = c * class weight * row weight; share is 1 for l1. The bias has no penalty. The
 * objective of scikit-learn's LogisticRegression(solver='saga'), which of two classes penalises one set of weights, the
 * difference of ours: its square is then half of what it would be over both, so ours counts twice.
 *
 * Proximal Newton, a class at a time (Yuan, Ho and Lin 2012, "An improved GLMNET for l1-regularized logistic
 * regression", section 3, and Friedman, Hastie and Tibshirani 2010, section 4): with the other classes fixed a class is a
 * logistic regression with an offset, whose quadratic model coordinate descent solves before a line search (Armijo's
 * rule). After each round of classes a term's weights are shifted by what all classes have in common, which changes no
 * probability (Friedman et al. 2010, section 4.1); without it their common part moves at a crawl. A class without rows
 * (possible inside a fold) gets the prior of half a row. Needs no randomness. Throws AppError when the arrays would need
 * more than 2.5 GiB or the numbers overflow.
 */
export async function fitSparseLogisticRegression(
  params: SparseLogisticParams,
  data: ClassData,
  { signal, onShare }: FitContext,
): Promise<Fit<LinearModel>> {
  const { x, y, classes } = data
  const { maxEpochs, tolerance = defaultTolerance } = params
  refuseTooLarge(data)
  const pace = openPace(signal)
  await pace.pause()
  const problem = await layOut(params, data, pace)
  const loss: Fit['loss'] = []
  let first = 0
  let left = Number.POSITIVE_INFINITY
  let epoch = 0
  let enough = 0
  while (epoch < maxEpochs && left > enough) {
    epoch += 1
    left = 0
    for (const k of problem.present) left += await visitClass(problem, k, (stillShare * enough) / classes)
    if (epoch === 1) first = left
    enough = tolerance * first + rounding * problem.totalCost
    await shareAmongClasses(problem.weights, x.terms, classes, problem)
    loss.push({ epoch, loss: await lossOf(problem.scores, y, problem.costs, pace) })
    onShare?.(epoch / maxEpochs)
  }
  admitAbsent(problem)
  const state = stateOf(problem, x.terms, classes)
  if (!state.bias.every(Number.isFinite) || !state.weights.every(Number.isFinite)) {
    throw new AppError('bad_input', { detail: 'The training did not settle: scale the number columns, or lower C.' })
  }
  const notes = [notesOnWeights(state)]
  if (left > enough) {
    notes.push(
      `Training stopped after ${epoch} passes with ${(left / first).toPrecision(2)} of the first gradient left: allow more passes, scale the number columns, or lower C.`,
    )
  }
  return { state, loss, notes }
}

type Problem = {
  columns: SparseColumns
  y: Int32Array
  costs: Float64Array
  totalCost: number
  scores: ClassScores
  /** [classes][terms] */
  weights: Float64Array
  bias: Float64Array
  /** Classes that have rows. */
  present: number[]
  l1: number
  l2: number
  pace: Pace
}

async function layOut({ c, balanced, penalty, l1Share }: SparseLogisticParams, data: ClassData, pace: Pace): Promise<Problem> {
  const { x, y, classes, weights: rowWeights } = data
  const factors = balanced ? balancingFactors(y, classes, rowWeights) : null
  const costs = Float64Array.from(y, (label, row) => c * (factors?.[label] ?? 1) * (rowWeights?.[row] ?? 1))
  const perClass = weightPerClass(y, classes, costs)
  const totalCost = costs.reduce((sum, cost) => sum + cost, 0)
  const bias = perClass.map((cost) => Math.log(cost / totalCost))
  const l1 = penalty === 'l1' ? 1 : l1Share
  return {
    columns: await centredColumns(x, rowWeights, pace),
    y,
    costs,
    totalCost,
    scores: openClassScores(x.rows, bias),
    weights: new Float64Array(classes * x.terms),
    bias,
    present: Array.from(perClass.keys()).filter((k) => (perClass[k] ?? 0) > 0),
    l1,
    l2: (1 - l1) * (classes === 2 ? 2 : 1),
    pace,
  }
}

/** One proximal Newton step for one class; returns its violation before the step. */
async function visitClass(problem: Problem, k: number, still: number): Promise<number> {
  const { columns, costs, scores, y, l1, l2, pace } = problem
  const { rows, terms } = columns
  const weights = problem.weights.subarray(k * terms, (k + 1) * terms)
  const shares = await readClass(scores, k, pace)
  const slopes = shares.map((share, row) => (costs[row] ?? 0) * (share - (y[row] === k ? 1 : 0)))
  const curvatures = shares.map((share, row) => (costs[row] ?? 0) * Math.max(share * (1 - share), leastCurvature))
  const offCentre = slopes.reduce((sum, slope) => sum + slope, 0)
  const quadratic: Quadratic = { columns, curvatures, slopes, weights, l1, l2 }
  const { active, violation } = await scanTerms(quadratic, pace)
  const total = violation + Math.abs(offCentre)
  if (total <= still) return total

  const before = Float64Array.from(active, (term) => weights[term] ?? 0)
  const { intercept } = await descend(quadratic, active, inner, pace)
  const moves = new Float64Array(rows).fill(intercept)
  for (const [i, term] of active.entries()) {
    const move = (weights[term] ?? 0) - (before[i] ?? 0)
    if (move !== 0) addColumn(columns, term, move, moves)
    if (pace.isDue(columnWork(columns, term))) await pace.pause()
  }
  const part = await searchLine({ problem, k, shares, moves, active, before, weights })
  if (part < 1) {
    for (const [i, term] of active.entries()) {
      const from = before[i] ?? 0
      weights[term] = from + part * ((weights[term] ?? 0) - from)
    }
  }
  if (part > 0) await moveClass(scores, k, moves, part, pace)
  problem.bias[k] = (problem.bias[k] ?? 0) + part * intercept
  return total
}

type Line = {
  problem: Problem
  k: number
  /** [rows] Probability of the class before the step. */
  shares: Float64Array
  /** [rows] What the whole step adds to the scores. */
  moves: Float64Array
  active: Int32Array
  before: Float64Array
  weights: Float64Array
}

/** Least decrease asked for, as a share of what the slope promises; how often the step is halved; and the largest move of a score. */
const line = { enough: 0.01, halvings: 40, farthest: 20 }

/** Share of the step to take: 1, or halved until the objective falls enough; 0 when it does not fall, which is rounding. */
async function searchLine({ problem, k, shares, moves, active, before, weights }: Line): Promise<number> {
  const { costs, y, l1, l2, pace } = problem
  const penaltyAt = (part: number) => {
    let sum = 0
    for (const [i, term] of active.entries()) {
      const from = before[i] ?? 0
      const to = from + part * ((weights[term] ?? 0) - from)
      sum += l1 * (Math.abs(to) - Math.abs(from)) + (l2 / 2) * (to * to - from * from)
    }
    return sum
  }
  let promised = penaltyAt(1)
  let farthest = 0
  for (const [row, move] of moves.entries()) {
    promised += (costs[row] ?? 0) * ((shares[row] ?? 0) - (y[row] === k ? 1 : 0)) * move
    farthest = Math.max(farthest, Math.abs(move))
  }
  let part = Math.min(1, line.farthest / farthest)
  for (let halving = 0; halving < line.halvings; halving++) {
    let change = penaltyAt(part)
    for (const [row, move] of moves.entries()) {
      const step = part * move
      change += (costs[row] ?? 0) * (Math.log1p((shares[row] ?? 0) * Math.expm1(step)) - (y[row] === k ? step : 0))
    }
    if (pace.isDue(moves.length * 20)) await pace.pause()
    if (change <= line.enough * part * promised) return part
    part /= 2
  }
  return 0
}

/** Gives classes without rows the prior of half a row. Fitted, they would move away for ever, having no penalty on the bias. */
function admitAbsent({ scores, y, bias }: Problem): void {
  const level = meanLogSum(scores, y)
  for (const [k, value] of bias.entries()) if (value === Number.NEGATIVE_INFINITY) bias[k] = level - Math.log(2 * y.length)
}

/** The mean over classes is taken from the bias: it changes no probability and keeps float32 sums small. */
function stateOf({ columns, weights, bias }: Problem, terms: number, classes: number): LinearModel {
  const packed = termMajor(weights, terms, classes)
  const mean = bias.reduce((sum, value) => sum + value, 0) / classes
  const free = bias.map((value, k) => {
    let centred = value - mean
    for (let term = 0; term < terms; term++) centred -= (packed[term * classes + k] ?? 0) * (columns.centres[term] ?? 0)
    return centred
  })
  return { shape: 'linear', weights: packed, bias: Float32Array.from(free), terms, outputs: classes }
}

function notesOnWeights({ weights, terms, outputs }: LinearModel): string {
  let kept = 0
  let used = 0
  for (let term = 0; term < terms; term++) {
    const own = weights.subarray(term * outputs, (term + 1) * outputs).reduce((count, weight) => count + (weight === 0 ? 0 : 1), 0)
    kept += own
    if (own > 0) used += 1
  }
  if (kept === 0) return 'No weight is left, so every prediction is the share of the classes: raise C.'
  return `${kept} of ${weights.length} weights are not zero; they lie on ${used} of ${terms} features.`
}

function refuseTooLarge({ x, classes }: ClassData): void {
  const bytes = x.ids.length * 12 + (x.rows * 2 + x.terms) * classes * 8
  if (bytes <= mostBytes) return
  throw new AppError('out_of_memory', {
    detail: `Training on ${x.rows} rows, ${x.terms} terms and ${classes} classes with an L1 penalty needs ${(bytes / 1024 ** 3).toFixed(1)} GiB, more than the ${mostBytes / 1024 ** 3} GiB allowed: choose the L2 penalty, lower "most terms" of the text features, join rare classes, or use fewer rows.`,
    hint: { param: 'target' },
  })
}
