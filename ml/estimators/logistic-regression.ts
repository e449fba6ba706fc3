import { AppError } from '#core/errors/app-error'
import type { EstimatorParams } from '#core/estimators/estimators'
import type { SparseRows } from '#ml/features/sparse-rows'
import { openSdcaKernel } from '#ml/kernels/sdca-kernel'
import type { LinearModel } from '#ml/models/linear'
import { pause } from '#ml/pipeline/pause'
import { rowWeights } from './class-weights'
import type { ClassData, Fit, FitContext } from './contract'
import { solveLogistic, suitsNewton } from './newton-logistic'
import { openPace } from './pace'
import { seededRandom, shuffle } from './random'
import { fitSparseLogisticRegression } from './sparse-logistic-regression'

/** Stops when the duality gap per row falls below; of the order of the error in mean log-loss. */
const defaultTolerance = 2e-3

export type LogisticRegressionParams = EstimatorParams<'logistic-regression'> & { tolerance?: number }
/** The gap costs a logarithm per class, so it is measured at every third epoch. */
const measureEvery = 3
/** About 30 ms of work between two pauses. */
const flopsPerPause = 60_000_000
/** Newton's method rarely needs more. */
const usualPasses = 10
const mostBytes = 2.5 * 1024 ** 3

/**
 * Multinomial logistic regression. An L1 or elastic-net penalty is sparse-logistic-regression.ts's. L2 minimises
 * sum_i cost_i * logloss_i + |W|^2 / 2 with the bias as one more penalised weight, where cost_i = c * class weight * row
 * weight. Of two classes it is half of that: |W|^2 over both sets of weights is half the square of their difference, which
 * is what scikit-learn's LogisticRegression penalises, so that a C means the same there and here.
 *
 * Proximal stochastic dual coordinate ascent (Shalev-Shwartz and Zhang 2014, "Accelerated proximal stochastic dual
 * coordinate ascent", section 2, and 2013, JMLR 14, option V for smooth losses): row i owns a dual distribution q_i over
 * classes, W = sum_i cost_i x_i (onehot(y_i) - q_i)^T; a visit moves q_i towards softmax(x_i W) by
 * 1 / (1 + cost_i |x_i|^2 / 2). The duality gap is sum_i cost_i KL(q_i, softmax(x_i W)).
 * The sweep runs in a SIMD kernel. Where terms are few, Newton's method on the same objective is quicker and exact
 * (newton-logistic.ts). Throws AppError when the arrays would need more than 2.5 GiB.
 */
export async function fitLogisticRegression(
  params: LogisticRegressionParams,
  data: ClassData,
  context: FitContext,
): Promise<Fit<LinearModel>> {
  if (params.penalty !== 'l2') return fitSparseLogisticRegression(params, data, context)
  const exact = suitsNewton(data.x, data.classes) ? await fitByNewton(params, data, context) : null
  if (exact) return exact
  const { seed, signal, onShare } = context
  const { x, classes } = data
  const { maxEpochs, tolerance = defaultTolerance } = params
  const problem = await layOut(params, data)
  const { kernel, order, out, weights, lanes } = problem
  const random = seededRandom(seed)
  const totalCost = problem.costs.reduce((sum, cost) => sum + cost, 0)
  const rowsPerPause = Math.max(1, Math.floor((flopsPerPause * x.rows) / ((x.ids.length + x.rows) * lanes * 4)))
  const loss: Fit['loss'] = []
  let gap = Number.POSITIVE_INFINITY
  let epoch = 0
  let work = 0
  while (epoch < maxEpochs && gap >= tolerance) {
    epoch += 1
    shuffle(order, random)
    const measure = epoch % measureEvery === 0 || epoch === maxEpochs
    out.fill(0)
    for (let from = 0; from < x.rows; from += rowsPerPause) {
      const to = Math.min(x.rows, from + rowsPerPause)
      kernel.sweep(...problem.pointers(from, to), classes, lanes, measure ? 1 : 0)
      // an epoch over few rows costs its bookkeeping
      work += Math.max((to - from) / rowsPerPause, 0.001)
      if (work < 1) continue
      work = 0
      await pause(signal)
    }
    loss.push({ epoch, loss: (out[0] ?? 0) / totalCost })
    onShare?.(epoch / maxEpochs)
    if (measure) gap = Math.max(0, out[1] ?? 0) / totalCost
  }
  const state = unpack(weights, x.terms, classes, lanes)
  if (!state.bias.every(Number.isFinite)) {
    throw new AppError('bad_input', { detail: 'The training did not settle: scale the number columns, or lower C.' })
  }
  return { state, loss, notes: gap < tolerance ? [] : [stoppedEarly(epoch, gap)] }
}

/** Null when rounding spoils it. */
async function fitByNewton(params: LogisticRegressionParams, data: ClassData, context: FitContext): Promise<Fit<LinearModel> | null> {
  const { x, y, classes } = data
  const { c, balanced, maxEpochs } = params
  const factors = rowWeights(data, balanced)
  const costs = Float64Array.from(y, (_, row) => c * (factors?.[row] ?? 1))
  const onPass = (passes: number) => context.onShare?.(Math.min(1, passes / usualPasses))
  const solution = await solveLogistic({ x, y, classes, costs, most: maxEpochs, pace: openPace(context.signal), onPass })
  if (!solution?.weights.every(Number.isFinite)) return null
  const width = x.terms + 1
  const weightAt = (k: number, term: number) =>
    solution.sets === 1 ? (k - 0.5) * (solution.weights[term] ?? 0) : (solution.weights[k * width + term] ?? 0)
  const state: LinearModel = {
    shape: 'linear',
    weights: Float32Array.from({ length: x.terms * classes }, (_, i) => weightAt(i % classes, Math.floor(i / classes))),
    bias: Float32Array.from({ length: classes }, (_, k) => weightAt(k, x.terms)),
    terms: x.terms,
    outputs: classes,
  }
  const notes = solution.isSettled ? [] : [`Training had not settled after ${maxEpochs} passes: allow more passes, or lower C.`]
  return { state, loss: solution.loss, notes }
}

function stoppedEarly(epochs: number, gap: number): string {
  return `Training stopped after ${epochs} epochs with a duality gap of ${gap.toPrecision(2)} per row: allow more epochs, or lower C.`
}

/** Bytes that training needs inside the kernel's memory. */
function neededBytes(x: SparseRows, lanes: number): number {
  return (x.terms + 1 + x.rows + 1) * lanes * 4 + (x.ids.length + x.rows) * 8 + x.rows * 20
}

/** Copies the problem into the kernel's memory: rows get a last term of value 1, the bias. */
async function layOut({ c, balanced }: LogisticRegressionParams, data: ClassData) {
  const { x, y, classes } = data
  const lanes = Math.ceil(classes / 4) * 4
  const bytes = neededBytes(x, lanes)
  if (bytes > mostBytes) {
    throw new AppError('out_of_memory', {
      detail: `Training on ${x.rows} rows, ${x.terms} terms and ${classes} classes needs ${(bytes / 1024 ** 3).toFixed(1)} GiB, more than the ${mostBytes / 1024 ** 3} GiB allowed: lower "most terms" of the text features, join rare classes, or use fewer rows.`,
      hint: { param: 'target' },
    })
  }
  const kernel = await openSdcaKernel(bytes)
  const size = x.ids.length + x.rows
  const [ids, values, ptr] = [kernel.words(size), kernel.floats(size), kernel.words(x.rows + 1)]
  const [labels, costs, norms, order] = [kernel.words(x.rows), kernel.floats(x.rows), kernel.floats(x.rows), kernel.words(x.rows)]
  const [weights, duals] = [kernel.floats((x.terms + 1) * lanes), kernel.floats(x.rows * lanes)]
  const [scratch, out] = [kernel.floats(lanes), kernel.doubles(2)]
  const weightOfRow = rowWeights(data, balanced)
  const share = classes === 2 ? 0.5 : 1
  let used = 0
  for (let row = 0; row < x.rows; row++) {
    let norm = 1
    for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) {
      const value = x.values[j] ?? 0
      norm += value * value
      ids[used] = x.ids[j] ?? 0
      values[used++] = value
    }
    ids[used] = x.terms
    values[used++] = 1
    ptr[row + 1] = used
    norms[row] = norm
    const label = y[row] ?? 0
    labels[row] = label
    costs[row] = c * share * (weightOfRow?.[row] ?? 1)
    order[row] = row
    duals[row * lanes + label] = 1
  }
  const [a, b, d, e, f, g] = [ptr, ids, values, labels, costs, norms].map((array) => array.byteOffset) as Pointers
  const pointers = (from: number, to: number) =>
    [order.byteOffset, from, to, a, b, d, e, f, g, weights.byteOffset, duals.byteOffset, scratch.byteOffset, out.byteOffset] as const
  return { kernel, lanes, order, out, weights, costs, pointers }
}

/** Six arrays in, six pointers out: map keeps the length, which its type does not say. */
type Pointers = [number, number, number, number, number, number]

/** Kernel weights, padded to whole SIMD lanes, with the bias as the last term -> a model. */
function unpack(packed: Float32Array, terms: number, classes: number, lanes: number): LinearModel {
  const weights = new Float32Array(terms * classes)
  for (let term = 0; term < terms; term++) {
    weights.set(packed.subarray(term * lanes, term * lanes + classes), term * classes)
  }
  return { shape: 'linear', weights, bias: packed.slice(terms * lanes, terms * lanes + classes), terms, outputs: classes }
}
