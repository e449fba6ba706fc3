import { AppError } from '#core/errors/app-error'
import type { Fit, FitContext } from '#ml/estimators/contract'
import { seededRandom, shuffle } from '#ml/estimators/random'
import type { BoostingKernel } from '#ml/kernels/boosting-kernel'
import type { TreeEnsemble } from '#ml/models/trees'
import { pause } from '#ml/pipeline/pause'
import type { BinnedRows } from './bin-columns'
import { ensembleBuilder } from './ensemble-builder'
import { type GrownNode, growerBytes, openGrower } from './grow-tree'
import type { Loss } from './loss'

export type BoostSettings = {
  trees: number
  learningRate: number
  leaves: number
  minRows: number
  maxDepth: number
  l2: number
  earlyStopping: boolean
  /** Names of the columns with which the sum may only rise, and only fall. */
  increasing: readonly string[]
  decreasing: readonly string[]
}

const heldShare = 0.1
/** Fewer rows are too few to hold some back. */
const fewestToHold = 1_000
/** Rounds without a better loss on the rows held back, as scikit-learn's n_iter_no_change. */
const patience = 10
const leastBetter = 1e-7
const mostWatched = 10_000

/** Bytes of kernel memory that `boost` asks for. */
export function boostBytes(rows: number, stride: number, outputs: number, { leaves }: Pick<BoostSettings, 'leaves'>): number {
  return (rows + 4) * (4 * outputs + 16) + growerBytes(rows, rows, stride, leaves) + 65_536
}

/** Rounds of trees, one per output, each fitted to the gradient of the loss at the sum of those before. */
export async function boost(
  kernel: BoostingKernel,
  binned: BinnedRows,
  loss: Loss,
  settings: BoostSettings,
  { seed, signal, onShare }: FitContext,
): Promise<Fit<TreeEnsemble>> {
  const { rows, columns } = binned
  const length = Math.ceil(rows / 4) * 4
  const [raw, g, h] = [kernel.floats(length * loss.outputs), kernel.floats(length), kernel.floats(length)]
  const pairs = kernel.ints(length * 2)
  const sums = kernel.doubles(2)
  for (let k = 0; k < loss.outputs; k++) raw.fill(loss.base[k] ?? 0, k * length, (k + 1) * length)
  const parts = settings.earlyStopping ? holdBack(rows, seed) : { learned: everyRow(rows), held: new Uint32Array() }
  const monotone = signsOf(binned.names, settings)
  const grower = openGrower(kernel, binned, {
    rows: parts.learned,
    heldRows: parts.held,
    pairs,
    settings: { ...settings, monotone },
    signal,
  })
  const trees = ensembleBuilder(columns)
  const curve: Fit['loss'] = []
  const watched = parts.held.length > 0 ? parts.held : someOf(parts.learned)
  let best = { loss: Number.POSITIVE_INFINITY, round: 0 }
  for (let round = 1; round <= settings.trees; round++) {
    loss.prepare(raw)
    for (let k = 0; k < loss.outputs; k++) {
      const own = raw.subarray(k * length, (k + 1) * length)
      loss.gradients(k, own, g, h)
      const { root, leaves } = await grower.grow(quantised(kernel, g, h, pairs))
      const values = new Map(leaves.map((leaf) => [leaf, settings.learningRate * leafValue(leaf, own)]))
      for (const leaf of leaves) addValue(leaf, own, values.get(leaf) ?? 0)
      trees.add(root, k, (leaf) => values.get(leaf) ?? 0)
    }
    const now = meanLoss(loss, raw, watched)
    curve.push({ epoch: round, loss: now })
    onShare?.(round / settings.trees)
    await pause(signal)
    if (now < best.loss - leastBetter) best = { loss: now, round }
    else if (parts.held.length > 0 && round - best.round >= patience) break
  }
  const rounds = parts.held.length > 0 ? best.round : curve.length
  const state = trees.finish(rounds * loss.outputs, {
    terms: columns.length,
    outputs: loss.outputs,
    base: Float32Array.from(loss.base),
    link: loss.link,
  })
  const stopped =
    rounds < curve.length
      ? [
          `Stopped after ${curve.length} rounds: the ${parts.held.length.toLocaleString('en')} rows held back were predicted best after ${rounds}, which are kept.`,
        ]
      : []
  return { state, loss: curve, notes: stopped }

  /** The Newton step over the leaf's rows, from the gradients themselves and not from their whole numbers. */
  function leafValue({ from, to, floor, ceiling }: GrownNode, own: Float32Array): number {
    if (loss.leafValue) return loss.leafValue(grower.order.subarray(from, to), own)
    kernel.sumRows(grower.order.byteOffset, from, to, g.byteOffset, h.byteOffset, sums.byteOffset)
    const value = -(sums[0] ?? 0) / ((sums[1] ?? 0) + settings.l2 + Number.MIN_VALUE)
    return Math.min(ceiling, Math.max(floor, value))
  }

  function addValue({ from, to, heldFrom, heldTo }: GrownNode, own: Float32Array, value: number): void {
    kernel.addToRows(grower.order.byteOffset, from, to, own.byteOffset, value)
    kernel.addToRows(grower.held.byteOffset, heldFrom, heldTo, own.byteOffset, value)
  }
}

/** Per column: 1 if the sum may only rise with it, -1 if it may only fall, else 0. */
function signsOf(names: readonly string[], { increasing, decreasing }: Pick<BoostSettings, 'increasing' | 'decreasing'>): Int8Array {
  const unknown = [...increasing, ...decreasing].find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new AppError('bad_params', {
      detail: `The answer is to rise or fall with "${unknown}", but no number feature of that name is in the plan: add it to the number features, or take it out here.`,
      hint: { column: unknown, param: increasing.includes(unknown) ? 'increasing' : 'decreasing' },
    })
  }
  return Int8Array.from(names, (name) => (increasing.includes(name) ? 1 : decreasing.includes(name) ? -1 : 0))
}

/** Gradients as whole numbers whose sums fit 31 bits; returns what one of them stands for. */
function quantised(kernel: BoostingKernel, g: Float32Array, h: Float32Array, pairs: Int32Array): { gScale: number; hScale: number } {
  const most = 2 ** 31 - 2 * g.length - 2
  const scaleOf = (values: Float32Array) => {
    const sum = kernel.sumAbsolute(values.byteOffset, values.length)
    // A single row may hold the whole sum; float32 holds 24 bits of it.
    return sum > 0 ? Math.min(most / sum, 2 ** 40) : 1
  }
  const [gFactor, hFactor] = [Math.fround(scaleOf(g)), Math.fround(scaleOf(h))]
  kernel.quantise(g.byteOffset, h.byteOffset, gFactor, hFactor, pairs.byteOffset, g.length)
  return { gScale: 1 / gFactor, hScale: 1 / hFactor }
}

function meanLoss(loss: Loss, raw: Float32Array, rows: Uint32Array): number {
  let [sum, weight] = [0, 0]
  for (const row of rows) {
    sum += loss.lossOf(raw, row)
    weight += loss.weightOf(row)
  }
  return sum / weight
}

function everyRow(rows: number): Uint32Array {
  return Uint32Array.from({ length: rows }, (_, row) => row)
}

/** At most 10,000 rows, evenly spaced: enough to draw how the loss falls. */
function someOf(rows: Uint32Array): Uint32Array {
  const count = Math.min(rows.length, mostWatched)
  return Uint32Array.from({ length: count }, (_, i) => rows[Math.floor((i * rows.length) / count)] ?? 0)
}

/** Every tenth row by lot; none of too few. Both parts ascend. */
function holdBack(rows: number, seed: number): { learned: Uint32Array; held: Uint32Array } {
  const order = everyRow(rows)
  if (rows < fewestToHold) return { learned: order, held: new Uint32Array() }
  shuffle(order, seededRandom(seed))
  const cut = Math.floor(rows * heldShare)
  return { learned: order.slice(cut).sort(), held: order.slice(0, cut).sort() }
}
