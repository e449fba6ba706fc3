import type { SparseRows } from '#ml/features/sparse-rows'
import { factorise, solveFactored } from './cholesky'
import type { Pace } from './pace'

/** More weights than these cost more in products of pairs than passes of coordinate ascent do. */
const mostWeights = 128
/** Ends when a step would gain less, per row. */
const settled = 1e-10
const halvings = 40

/** True when the products of all pairs of weights are fewer than the stored values. */
export function suitsNewton(x: SparseRows, classes: number): boolean {
  const size = setsOf(classes) * (x.terms + 1)
  return size <= mostWeights && size ** 2 <= x.ids.length
}

/** Two classes need one set of weights, the second's against the first's. */
const setsOf = (classes: number) => (classes === 2 ? 1 : classes)

type LogisticProblem = {
  x: SparseRows
  y: Int32Array
  classes: number
  /** [rows] */
  costs: Float64Array
  most: number
  pace: Pace
  onPass?: ((passes: number) => void) | undefined
}

/** `sets` times [terms + 1] weights, the bias last in each; of two classes one set, which is for the second. */
type LogisticSolution = { weights: Float64Array; sets: number; loss: { epoch: number; loss: number }[]; isSettled: boolean }

/**
 * Newton's method on sum_i costs_i logloss_i + |W|^2 / 2, the bias as one more penalised weight (Hastie, Tibshirani and
 * Friedman 2009, "The elements of statistical learning", section 4.4.1). Few terms and many rows, as tables of numbers have
 * them, are where coordinate ascent crawls. Null when rounding left the Hessian without a factor.
 */
export async function solveLogistic(problem: LogisticProblem): Promise<LogisticSolution | null> {
  const { x, classes, costs, most, onPass } = problem
  const sets = setsOf(classes)
  const size = sets * (x.terms + 1)
  const weights = new Float64Array(size)
  const total = costs.reduce((sum, cost) => sum + cost, 0)
  const hessian = new Float64Array(size * size)
  const gradient = new Float64Array(size)
  const loss: LogisticSolution['loss'] = []
  let scores = new Float64Array(x.rows * sets)
  for (let pass = 1; ; pass++) {
    const lost = await differentiate(problem, scores, weights, gradient, hessian)
    loss.push({ epoch: pass, loss: lost / total })
    onPass?.(pass)
    if (!factorise(hessian, size)) return null
    const direction = solveFactored(
      hessian,
      gradient.map((slope) => -slope),
    )
    const gain = -dot(gradient, direction) / 2
    const isSettled = gain <= settled * total
    if (isSettled || pass >= most) return { weights, sets, loss, isSettled }
    const moves = await scoresOf(problem, direction)
    const before = lost + dot(weights, weights) / 2
    let part = 1
    for (let i = 0; i < halvings; i++, part /= 2) {
      const next = scores.map((score, at) => score + part * (moves[at] ?? 0))
      const moved = weights.map((weight, at) => weight + part * (direction[at] ?? 0))
      // Armijo's rule: the step must keep a little of what its slope promises
      if ((await lossOf(problem, next)) + dot(moved, moved) / 2 > before - 1e-4 * part * 2 * gain) continue
      scores = next
      weights.set(moved)
      break
    }
    // rounding has the last word
    if (part < 2 ** (1 - halvings)) return { weights, sets, loss, isSettled: gain <= 1e-6 * total }
  }
}

/** Gradient and, in its lower half, the Hessian at these scores; returns the weighted log-loss. */
async function differentiate(
  { x, y, classes, costs, pace }: LogisticProblem,
  scores: Float64Array,
  weights: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array,
): Promise<number> {
  const sets = setsOf(classes)
  const width = x.terms + 1
  const size = sets * width
  const shares = new Float64Array(sets)
  gradient.set(weights)
  hessian.fill(0)
  for (let i = 0; i < size; i++) hessian[i * size + i] = 1
  let lost = 0
  for (let row = 0; row < x.rows; row++) {
    const cost = costs[row] ?? 0
    const label = y[row] ?? 0
    lost += cost * readShares(scores, row, label, shares)
    const [from, end] = [x.ptr[row] ?? 0, x.ptr[row + 1] ?? 0]
    for (let a = 0; a < sets; a++) {
      const share = shares[a] ?? 0
      addRow(gradient, a * width, x, row, cost * (share - (isOwn(label, a, sets) ? 1 : 0)))
      for (let b = 0; b <= a; b++) {
        addPairs(hessian, size, a * width, b * width, x, row, cost * (a === b ? share * (1 - share) : -share * (shares[b] ?? 0)))
      }
    }
    if (pace.isDue(((sets * (sets + 1)) / 2) * (end - from + 1) ** 2)) await pace.pause()
  }
  return lost
}

const isOwn = (label: number, set: number, sets: number) => (sets === 1 ? label === 1 : label === set)

/** Probabilities of the sets in a row; returns its log-loss. */
function readShares(scores: Float64Array, row: number, label: number, shares: Float64Array): number {
  const sets = shares.length
  if (sets === 1) {
    const score = scores[row] ?? 0
    shares[0] = 1 / (1 + Math.exp(-score))
    const margin = label === 1 ? score : -score
    return margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin
  }
  const at = row * sets
  let peak = Number.NEGATIVE_INFINITY
  for (let k = 0; k < sets; k++) peak = Math.max(peak, scores[at + k] ?? 0)
  let sum = 0
  for (let k = 0; k < sets; k++) {
    shares[k] = Math.exp((scores[at + k] ?? 0) - peak)
    sum += shares[k] ?? 0
  }
  for (let k = 0; k < sets; k++) shares[k] = (shares[k] ?? 0) / sum
  return Math.log(sum) + peak - (scores[at + label] ?? 0)
}

function addRow(into: Float64Array, at: number, x: SparseRows, row: number, factor: number): void {
  for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) {
    const term = at + (x.ids[j] ?? 0)
    into[term] = (into[term] ?? 0) + factor * (x.values[j] ?? 0)
  }
  into[at + x.terms] = (into[at + x.terms] ?? 0) + factor
}

/** Adds factor times the row's products of pairs to the block at (`down`, `right`), as far as it lies in the lower half. */
function addPairs(into: Float64Array, size: number, down: number, right: number, x: SparseRows, row: number, factor: number): void {
  const { ids, values, terms } = x
  const [from, end] = [x.ptr[row] ?? 0, x.ptr[row + 1] ?? 0]
  for (let j = from; j < end; j++) {
    const line = down + (ids[j] ?? 0)
    const pull = factor * (values[j] ?? 0)
    for (let i = from; i < end; i++) {
      const column = right + (ids[i] ?? 0)
      if (column <= line) into[line * size + column] = (into[line * size + column] ?? 0) + pull * (values[i] ?? 0)
    }
    // the bias comes last, so beside a term it is below the diagonal only in blocks that are
    if (right < down) into[line * size + right + terms] = (into[line * size + right + terms] ?? 0) + pull
  }
  addRow(into, (down + terms) * size + right, x, row, factor)
}

/** [rows][sets] */
async function scoresOf({ x, classes, pace }: LogisticProblem, weights: Float64Array): Promise<Float64Array> {
  const sets = setsOf(classes)
  const width = x.terms + 1
  const scores = new Float64Array(x.rows * sets)
  for (let row = 0; row < x.rows; row++) {
    const [from, end] = [x.ptr[row] ?? 0, x.ptr[row + 1] ?? 0]
    for (let k = 0; k < sets; k++) {
      let sum = weights[k * width + x.terms] ?? 0
      for (let j = from; j < end; j++) sum += (x.values[j] ?? 0) * (weights[k * width + (x.ids[j] ?? 0)] ?? 0)
      scores[row * sets + k] = sum
    }
    if (pace.isDue(sets * (end - from + 4))) await pace.pause()
  }
  return scores
}

async function lossOf({ x, y, classes, costs, pace }: LogisticProblem, scores: Float64Array): Promise<number> {
  const shares = new Float64Array(setsOf(classes))
  let lost = 0
  for (let row = 0; row < x.rows; row++) {
    lost += (costs[row] ?? 0) * readShares(scores, row, y[row] ?? 0, shares)
    if (pace.isDue(shares.length * 20)) await pace.pause()
  }
  return lost
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}
