import { AppError } from '#core/errors/app-error'
import type { EstimatorParams } from '#core/estimators/estimators'
import type { SparseRows } from '#ml/features/sparse-rows'
import type { LinearModel } from '#ml/models/linear'
import { pause } from '#ml/pipeline/pause'
import { balancingFactors } from './class-weights'
import type { ClassData, Fit, FitContext } from './contract'
import { type PrimalSvm, solvePrimal, suitsNewton } from './newton-svm'
import { openPace } from './pace'
import { seededRandom, shuffle } from './random'
import { termMajor } from './term-major'

/** Stops when the projected gradients of all rows lie within; what LinearSVC calls tol. */
const defaultTolerance = 1e-4
/** About 30 ms of work between two pauses, in stored values visited. */
const valuesPerPause = 8_000_000
/** What visiting a row costs beside its values. */
const rowCost = 8

export type LinearSvmParams = EstimatorParams<'linear-svm'> & { tolerance?: number }

/**
 * Linear support vector machine, each class against the rest: minimises |w|^2 / 2 + sum_i cost_i max(0, 1 - s_i w x_i)^2
 * per class, with s_i = 1 in the class and -1 outside, and the bias as one more penalised weight of a feature of value 1.
 * As scikit-learn's LinearSVC(loss='squared_hinge', dual=True): cost_i = c * row weight; balanced multiplies only the
 * cost of the class's own rows, of two classes that of both. Scores are decision values; of two classes, -d and d.
 *
 * Dual coordinate descent with shrinking (Hsieh et al. 2008, "A dual coordinate descent method for large-scale linear
 * SVM", algorithm 3): row i owns alpha_i >= 0, w = sum_i alpha_i s_i x_i; a visit solves the dual for alpha_i alone.
 * Where terms are few, Newton's method on the same objective is quicker (newton-svm.ts). Throws AppError when the numbers
 * overflow.
 */
export async function fitLinearSvm(params: LinearSvmParams, data: ClassData, context: FitContext): Promise<Fit<LinearModel>> {
  const { x, classes } = data
  const { maxEpochs, tolerance = defaultTolerance } = params
  const { signal, onShare } = context
  const perClass = new Float32Array(x.terms * classes)
  const bias = new Float32Array(classes)
  const dual = openDual(x, context.seed)
  const pace = openPace(signal)
  const problems = classes === 2 ? [1] : Array.from(bias.keys())
  const unsettled: number[] = []
  for (const [done, positive] of problems.entries()) {
    setClass(dual, params, data, positive)
    const onEpoch = (epoch: number) => onShare?.((done + epoch / maxEpochs) / problems.length)
    // a Hessian that rounding spoils leaves the class to the dual
    const isSettled =
      (suitsNewton(x) && (await solvePrimal({ ...primalOf(dual), most: maxEpochs, pace }))) ||
      (await solve(dual, maxEpochs, tolerance, signal, onEpoch))
    if (!isSettled) unsettled.push(positive)
    perClass.set(dual.w.subarray(0, x.terms), positive * x.terms)
    bias[positive] = dual.w[x.terms] ?? 0
    onShare?.((done + 1) / problems.length)
  }
  if (classes === 2) mirror(perClass, bias)
  const weights = termMajor(perClass, x.terms, classes)
  if (!bias.every(Number.isFinite) || !weights.every(Number.isFinite)) {
    throw new AppError('bad_input', { detail: 'The training did not settle: scale the number columns, or lower C.' })
  }
  return { state: { shape: 'linear', weights, bias, terms: x.terms, outputs: classes }, loss: [], notes: notesOn(unsettled.length, params) }
}

function notesOn(unsettled: number, { maxEpochs }: LinearSvmParams): string[] {
  if (unsettled === 0) return []
  const who = unsettled === 1 ? 'One boundary' : `${unsettled} boundaries`
  return [`${who} had not settled after ${maxEpochs} passes: scale the number columns, allow more passes, or lower C.`]
}

/** Of two classes the first is against what the second is for. */
function mirror(perClass: Float32Array, bias: Float32Array): void {
  const terms = perClass.length / 2
  for (let term = 0; term < terms; term++) perClass[term] = -(perClass[terms + term] ?? 0)
  bias[0] = -(bias[1] ?? 0)
}

/** One class against the rest, and how far the current pass has come. */
type Dual = {
  x: SparseRows
  random: () => number
  /**
   * [rows][4], side by side because a visit reads them all: 1 in the class or -1 outside; alpha; 1 / (2 cost), which the
   * squared hinge adds to the diagonal; |x|^2 with the bias's 1.
   */
  perRow: Float64Array
  /** [terms + 1], the bias last. */
  w: Float64Array
  /** Rows; the first `active` are still visited. */
  order: Int32Array
  active: number
  at: number
  /** Extremes of the projected gradient in this pass, and the highest of the last: rows beyond it are shrunk away. */
  highest: number
  lowest: number
  bar: number
}

function openDual(x: SparseRows, seed: number): Dual {
  const perRow = new Float64Array(x.rows * 4)
  for (let row = 0; row < x.rows; row++) {
    let norm = 1
    for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) norm += (x.values[j] ?? 0) ** 2
    perRow[row * 4 + 3] = norm
  }
  return {
    x,
    random: seededRandom(seed),
    perRow,
    w: new Float64Array(x.terms + 1),
    order: Int32Array.from({ length: x.rows }, (_, row) => row),
    ...{ active: x.rows, at: 0, highest: 0, lowest: 0, bar: Number.POSITIVE_INFINITY },
  }
}

/** The same problem for Newton's method; shares w. */
function primalOf({ x, perRow, w }: Dual): Pick<PrimalSvm, 'x' | 'signs' | 'costs' | 'w'> {
  const signs = new Float64Array(x.rows)
  const costs = new Float64Array(x.rows)
  for (let row = 0; row < x.rows; row++) {
    signs[row] = perRow[row * 4] ?? 0
    costs[row] = 1 / (perRow[row * 4 + 2] ?? 1)
  }
  return { x, signs, costs, w }
}

function setClass(dual: Dual, { c, balanced }: LinearSvmParams, { y, classes, weights }: ClassData, positive: number): void {
  const factors = balanced ? balancingFactors(y, classes, weights) : null
  dual.w.fill(0)
  for (const [row, label] of y.entries()) {
    const isIn = label === positive
    const factor = isIn || classes === 2 ? (factors?.[label] ?? 1) : 1
    dual.perRow[row * 4] = isIn ? 1 : -1
    dual.perRow[row * 4 + 1] = 0
    dual.perRow[row * 4 + 2] = 0.5 / (c * factor * (weights?.[row] ?? 1))
  }
}

/** Passes over the active rows until the projected gradients of all rows lie within the tolerance; false when it ran out of passes. */
async function solve(
  dual: Dual,
  maxEpochs: number,
  tolerance: number,
  signal: AbortSignal | undefined,
  onEpoch: (epoch: number) => void,
): Promise<boolean> {
  dual.w.fill(0)
  dual.active = dual.x.rows
  dual.bar = Number.POSITIVE_INFINITY
  let work = 0
  for (let epoch = 1; epoch <= maxEpochs; epoch++) {
    shuffle(dual.order.subarray(0, dual.active), dual.random)
    dual.at = 0
    dual.highest = 0
    dual.lowest = 0
    while (dual.at < dual.active) {
      work = sweep(dual, work)
      if (work < valuesPerPause) continue
      work = 0
      onEpoch(epoch)
      await pause(signal)
    }
    const isSettled = dual.active === 0 || dual.highest - dual.lowest <= tolerance
    if (isSettled && dual.active === dual.x.rows) return true
    dual.bar = !isSettled && dual.highest > 0 ? dual.highest : Number.POSITIVE_INFINITY
    if (isSettled) dual.active = dual.x.rows
  }
  return false
}

/** Visits active rows from `at` on until they end or the work is due for a pause; returns the work done since the last one. */
function sweep(dual: Dual, before: number): number {
  const { perRow, w, order, bar } = dual
  const { ptr, ids, values, terms } = dual.x
  let { at, active, highest, lowest } = dual
  let work = before
  while (at < active && work < valuesPerPause) {
    const row = order[at] ?? 0
    const from = ptr[row] ?? 0
    const end = ptr[row + 1] ?? 0
    const own = row * 4
    const sign = perRow[own] ?? 0
    const alpha = perRow[own + 1] ?? 0
    const slack = perRow[own + 2] ?? 0
    let score = w[terms] ?? 0
    for (let j = from; j < end; j++) score += (w[ids[j] ?? 0] ?? 0) * (values[j] ?? 0)
    work += end - from + rowCost
    const gradient = sign * score - 1 + alpha * slack
    if (alpha === 0 && gradient > bar) {
      active -= 1
      order[at] = order[active] ?? 0
      order[active] = row
      continue
    }
    at += 1
    const projected = alpha === 0 ? Math.min(gradient, 0) : gradient
    if (projected > highest) highest = projected
    if (projected < lowest) lowest = projected
    if (Math.abs(projected) <= 1e-12) continue
    const next = Math.max(alpha - gradient / ((perRow[own + 3] ?? 0) + slack), 0)
    perRow[own + 1] = next
    const step = (next - alpha) * sign
    for (let j = from; j < end; j++) {
      const term = ids[j] ?? 0
      w[term] = (w[term] ?? 0) + step * (values[j] ?? 0)
    }
    w[terms] = (w[terms] ?? 0) + step
    work += end - from
  }
  dual.at = at
  dual.active = active
  dual.highest = highest
  dual.lowest = lowest
  return work
}
