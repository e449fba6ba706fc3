import { AppError } from '#core/errors/app-error'
import type { EstimatorParams } from '#core/estimators/estimators'
import type { SparseRows } from '#ml/features/sparse-rows'
import { openSvmKernel, type SvmKernel } from '#ml/kernels/svm-kernel'
import type { LinearModel } from '#ml/models/linear'
import { pause } from '#ml/pipeline/pause'
import { balancingFactors } from './class-weights'
import type { ClassData, Fit, FitContext } from './contract'
import { solvePrimal, suitsNewton } from './newton-svm'
import { openPace } from './pace'
import { termMajor } from './term-major'

/** Stops when the projected gradients of all rows lie within; what LinearSVC calls tol. */
const defaultTolerance = 1e-4
/** About 30 ms of work between two pauses, in stored values visited. */
const valuesPerPause = 16_000_000
const mostBytes = 2.5 * 1024 ** 3

export type LinearSvmParams = EstimatorParams<'linear-svm'> & { tolerance?: number }

/**
 * Linear support vector machine, each class against the rest: minimises |w|^2 / 2 + sum_i cost_i max(0, 1 - s_i w x_i)^2
 * per class, with s_i = 1 in the class and -1 outside, and the bias as one more penalised weight of a feature of value 1.
 * As scikit-learn's LinearSVC(loss='squared_hinge', dual=True): cost_i = c * row weight; balanced multiplies only the
 * cost of the class's own rows, of two classes that of both. Scores are decision values; of two classes, -d and d.
 *
 * Dual coordinate descent with shrinking (Hsieh et al. 2008, "A dual coordinate descent method for large-scale linear
 * SVM", algorithm 3): row i owns alpha_i >= 0, w = sum_i alpha_i s_i x_i; a visit solves the dual for alpha_i alone. The
 * passes run in a kernel. Where terms are few, Newton's method on the same objective is quicker (newton-svm.ts). Throws
 * AppError when the numbers overflow or the arrays would need more than 2.5 GiB.
 */
export async function fitLinearSvm(params: LinearSvmParams, data: ClassData, context: FitContext): Promise<Fit<LinearModel>> {
  const { x, classes } = data
  const { maxEpochs, tolerance = defaultTolerance } = params
  const { signal, onShare } = context
  const perClass = new Float32Array(x.terms * classes)
  const bias = new Float32Array(classes)
  const margin: Margin = { signs: new Float64Array(x.rows), costs: new Float64Array(x.rows) }
  const pace = openPace(signal)
  const problems = classes === 2 ? [1] : Array.from(bias.keys())
  const unsettled: number[] = []
  let dual: Dual | null = null
  for (const [done, positive] of problems.entries()) {
    setClass(margin, params, data, positive)
    let w: Float64Array = new Float64Array(x.terms + 1)
    let isSettled = suitsNewton(x) && (await solvePrimal({ x, ...margin, w, most: maxEpochs, pace }))
    if (!isSettled) {
      // a Hessian that rounding spoils leaves the class to the dual
      dual ??= await openDual(x, context.seed)
      const onEpoch = (epoch: number) => onShare?.((done + epoch / maxEpochs) / problems.length)
      isSettled = await solveDual(dual, margin, { maxEpochs, tolerance, signal, onEpoch })
      w = dual.w
    }
    if (!isSettled) unsettled.push(positive)
    perClass.set(w.subarray(0, x.terms), positive * x.terms)
    bias[positive] = w[x.terms] ?? 0
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

/** One class against the rest. */
type Margin = {
  /** [rows] 1 in the class, -1 outside. */
  signs: Float64Array
  /** [rows] Twice the cost of the row. */
  costs: Float64Array
}

function setClass({ signs, costs }: Margin, { c, balanced }: LinearSvmParams, { y, classes, weights }: ClassData, positive: number): void {
  const factors = balanced ? balancingFactors(y, classes, weights) : null
  for (const [row, label] of y.entries()) {
    const isIn = label === positive
    const factor = isIn || classes === 2 ? (factors?.[label] ?? 1) : 1
    signs[row] = isIn ? 1 : -1
    costs[row] = 2 * c * factor * (weights?.[row] ?? 1)
  }
}

/** The rows in the kernel's memory, and where it keeps what it knows of the class at work. */
type Dual = {
  kernel: SvmKernel
  rows: number
  terms: number
  /** Rows; the first `place[1]` are still visited, and `place[0]` is the next of this pass. */
  order: Uint32Array
  place: Int32Array
  /**
   * [rows][4], side by side because a visit reads them all: 1 in the class or -1 outside; alpha; 1 / (2 cost), which the
   * squared hinge adds to the diagonal; |x|^2 with the bias's 1.
   */
  perRow: Float64Array
  /** [terms + 1], the bias last. */
  w: Float64Array
  /** Highest and lowest projected gradient of this pass, and the highest of the last: rows beyond it are shrunk away. */
  span: Float64Array
  /** Of the generator that shuffles. */
  random: number
  sweep(): number
}

async function openDual(x: SparseRows, seed: number): Promise<Dual> {
  const stored = x.ptr[x.rows] ?? 0
  const bytes = stored * 8 + x.rows * 40 + x.terms * 8 + 1024
  if (bytes > mostBytes) {
    throw new AppError('out_of_memory', {
      detail: `Training on ${x.rows} rows and ${x.terms} terms needs ${(bytes / 1024 ** 3).toFixed(1)} GiB, more than the ${mostBytes / 1024 ** 3} GiB allowed: lower "most terms" of the text features, or use fewer rows.`,
      hint: { param: 'target' },
    })
  }
  const kernel = await openSvmKernel(bytes)
  const [ids, values, ptr, order] = [kernel.words(stored), kernel.floats(stored), kernel.words(x.rows + 1), kernel.words(x.rows)]
  const [perRow, w, span, place] = [kernel.doubles(x.rows * 4), kernel.doubles(x.terms + 1), kernel.doubles(3), kernel.ints(2)]
  const first = x.ptr[0] ?? 0
  ids.set(x.ids.subarray(first, first + stored))
  values.set(x.values.subarray(first, first + stored))
  for (let row = 0; row < x.rows; row++) {
    let norm = 1
    for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) norm += (x.values[j] ?? 0) ** 2
    perRow[row * 4 + 3] = norm
    ptr[row + 1] = (x.ptr[row + 1] ?? 0) - first
    order[row] = row
  }
  const [a, b, c, d, e, f, g, h] = [order, ptr, ids, values, perRow, w, span, place].map((array) => array.byteOffset) as Pointers
  return {
    kernel,
    rows: x.rows,
    terms: x.terms,
    order,
    place,
    perRow,
    w,
    span,
    // a hash of the seed, so that 1 and 2 do not begin alike; the state must not be 0
    random: Math.imul((seed >>> 0) ^ 0x9e3779b9, 0x85ebca6b) >>> 0 || 1,
    sweep: () => kernel.sweep(a, b, c, d, e, f, g, h, x.terms, valuesPerPause),
  }
}

/** Eight arrays in, eight pointers out: map keeps the length, which its type does not say. */
type Pointers = [number, number, number, number, number, number, number, number]

type DualLimits = { maxEpochs: number; tolerance: number; signal: AbortSignal | undefined; onEpoch(epoch: number): void }

/** Passes over the active rows until the projected gradients of all rows lie within the tolerance; false when it ran out of passes. */
async function solveDual(dual: Dual, margin: Margin, { maxEpochs, tolerance, signal, onEpoch }: DualLimits): Promise<boolean> {
  const { kernel, rows, order, place, perRow, span } = dual
  dual.w.fill(0)
  for (let row = 0; row < rows; row++) {
    perRow[row * 4] = margin.signs[row] ?? 0
    perRow[row * 4 + 1] = 0
    perRow[row * 4 + 2] = 1 / (margin.costs[row] ?? 1)
  }
  let active = rows
  let bar = Number.POSITIVE_INFINITY
  let work = 0
  for (let epoch = 1; epoch <= maxEpochs; epoch++) {
    dual.random = kernel.shuffle(order.byteOffset, active, dual.random) >>> 0
    place.set([0, active])
    span.set([0, 0, bar])
    while ((place[0] ?? 0) < (place[1] ?? 0)) {
      work += dual.sweep()
      if (work < valuesPerPause) continue
      work = 0
      onEpoch(epoch)
      await pause(signal)
    }
    active = place[1] ?? 0
    const [highest = 0, lowest = 0] = span
    const isSettled = active === 0 || highest - lowest <= tolerance
    if (isSettled && active === rows) return true
    bar = !isSettled && highest > 0 ? highest : Number.POSITIVE_INFINITY
    if (isSettled) active = rows
  }
  return false
}
