import { AppError } from '#core/errors/app-error'
import type { SparseRows } from '#ml/features/sparse-rows'
import { openSdcaKernel } from '#ml/kernels/sdca-kernel'
import { pause } from '#ml/pipeline/pause'
import type { LinearModel } from './linear-model'
import { seededRandom, shuffle } from './random'

export type LogisticRegressionArgs = {
  x: SparseRows
  /** Class index per row. */
  y: Int32Array
  classes: number
  /** Inverse strength of the L2 penalty, as scikit-learn's C. */
  c: number
  /** Rows weigh n / (classes present * rows of their class), as scikit-learn's class_weight='balanced'. */
  balanced: boolean
  maxEpochs: number
  seed: number
  /** Stops when the duality gap per row falls below; of the order of the error in mean log-loss. */
  tolerance?: number
  signal?: AbortSignal
  onEpoch?(epoch: number, loss: number): void
}

export type LogisticRegressionFit = {
  model: LinearModel
  epochs: number
  /** Cost-weighted mean log-loss while sweeping, per epoch. */
  loss: { epoch: number; loss: number }[]
  /** Duality gap per row when last measured. */
  gap: number
  converged: boolean
}

const defaultTolerance = 2e-3
/** The gap costs a logarithm per class, so it is measured at every third epoch. */
const measureEvery = 3
/** About 30 ms of work between two pauses. */
const flopsPerPause = 60_000_000
const mostBytes = 2.5 * 1024 ** 3

/**
 * Multinomial logistic regression: minimises sum_i cost_i * logloss_i + |W|^2 / 2 with the bias as one more penalised
 * weight, where cost_i = c * class weight.
 *
 * Proximal stochastic dual coordinate ascent (Shalev-Shwartz and Zhang 2014, "Accelerated proximal stochastic dual
 * coordinate ascent", section 2, and 2013, JMLR 14, option V for smooth losses): row i owns a dual distribution q_i over
 * classes, W = sum_i cost_i x_i (onehot(y_i) - q_i)^T; a visit moves q_i towards softmax(x_i W) by
 * 1 / (1 + cost_i |x_i|^2 / 2). The duality gap is sum_i cost_i KL(q_i, softmax(x_i W)).
 * The sweep runs in a SIMD kernel. Throws AppError when the arrays would need more than 2.5 GiB.
 */
export async function trainLogisticRegression(args: LogisticRegressionArgs): Promise<LogisticRegressionFit> {
  const { x, classes, signal } = args
  const problem = await layOut(args)
  const { kernel, order, out, weights, lanes } = problem
  const random = seededRandom(args.seed)
  const totalCost = problem.costs.reduce((sum, cost) => sum + cost, 0)
  const rowsPerPause = Math.max(1, Math.floor((flopsPerPause * x.rows) / ((x.ids.length + x.rows) * lanes * 4)))
  const loss: { epoch: number; loss: number }[] = []
  let gap = Number.POSITIVE_INFINITY
  let epoch = 0
  let work = 0
  while (epoch < args.maxEpochs) {
    epoch += 1
    shuffle(order, random)
    const measure = epoch % measureEvery === 0 || epoch === args.maxEpochs
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
    args.onEpoch?.(epoch, (out[0] ?? 0) / totalCost)
    if (measure) gap = Math.max(0, out[1] ?? 0) / totalCost
    if (gap < (args.tolerance ?? defaultTolerance)) break
  }
  const model = unpack(weights, x.terms, classes, lanes)
  if (!model.bias.every(Number.isFinite)) {
    throw new AppError('bad_input', { detail: 'The training did not settle: scale the number columns, or lower C.' })
  }
  return { model, epochs: epoch, loss, gap, converged: gap < (args.tolerance ?? defaultTolerance) }
}

/** Bytes that training needs inside the kernel's memory. */
function neededBytes(x: SparseRows, lanes: number): number {
  return (x.terms + 1 + x.rows + 1) * lanes * 4 + (x.ids.length + x.rows) * 8 + x.rows * 20
}

/** Copies the problem into the kernel's memory: rows get a last term of value 1, the bias. */
async function layOut({ x, y, classes, c, balanced }: LogisticRegressionArgs) {
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
  const [ids, values, ptr] = [kernel.ints(size), kernel.floats(size), kernel.ints(x.rows + 1)]
  const [labels, costs, norms, order] = [kernel.ints(x.rows), kernel.floats(x.rows), kernel.floats(x.rows), kernel.ints(x.rows)]
  const [weights, duals] = [kernel.floats((x.terms + 1) * lanes), kernel.floats(x.rows * lanes)]
  const [scratch, out] = [kernel.floats(lanes), kernel.doubles(2)]
  const classCosts = costPerClass(y, classes, c, balanced)
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
    costs[row] = classCosts[label] ?? c
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

function costPerClass(y: Int32Array, classes: number, c: number, balanced: boolean): Float64Array {
  if (!balanced) return new Float64Array(classes).fill(c)
  const counts = new Float64Array(classes)
  for (const label of y) counts[label] = (counts[label] ?? 0) + 1
  const present = counts.filter((count) => count > 0).length
  return counts.map((count) => (count > 0 ? (c * y.length) / (present * count) : c))
}

/** Kernel weights, padded to whole SIMD lanes, with the bias as the last term -> a model. */
function unpack(packed: Float32Array, terms: number, classes: number, lanes: number): LinearModel {
  const weights = new Float32Array(terms * classes)
  for (let term = 0; term < terms; term++) {
    weights.set(packed.subarray(term * lanes, term * lanes + classes), term * classes)
  }
  return { weights, bias: packed.slice(terms * lanes, terms * lanes + classes), terms, classes }
}
