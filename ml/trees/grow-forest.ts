import type { FitContext } from '#ml/estimators/contract'
import { seededRandom } from '#ml/estimators/random'
import type { SparseRows } from '#ml/features/sparse-rows'
import { openForestKernel } from '#ml/kernels/forest-kernel'
import type { TreeEnsemble } from '#ml/models/trees'
import { pause } from '#ml/pipeline/pause'
import { binColumns, binningBytes } from './bin-columns'

export type ForestSettings = {
  trees: number
  minRows: number
  maxDepth: number
  features: 'square root' | 'third' | 'all'
  /** Extremely randomised trees: all rows in each tree, borders drawn by lot. */
  isExtra: boolean
}

/** What the trees predict: of each row, a number that counts in one of `outputs` sums. */
export type ForestTarget = { outputs: number; slots: Int32Array; values: Float64Array; weights: Float64Array | null }

/** Rows looked at between two pauses, about 20 ms. */
const rowsPerPause = 1_500_000

/**
 * A random forest (Breiman 2001) or extremely randomised trees (Geurts et al. 2006) over binned columns. Bins hold at most
 * 255 values of a column, so borders of finer columns lie at quantiles; extra trees draw theirs among those. Leaves hold the
 * mean of each output over their rows, divided by the number of trees: [leaves][outputs].
 */
export async function growForest(
  x: SparseRows,
  target: ForestTarget,
  settings: ForestSettings,
  context: FitContext,
): Promise<Omit<TreeEnsemble, 'link'>> {
  const { outputs } = target
  const kernel = await openForestKernel(
    binningBytes(x) + x.rows * (28 + 20 + 20 + 4 * (outputs + 1)) + (x.terms + 300 * (outputs + 1)) * 8 + 65_536,
  )
  const { cells, stride, columns } = await binColumns(kernel, x, context.signal)
  const [slots, values, weights] = [kernel.ints(x.rows), kernel.doubles(x.rows), kernel.doubles(x.rows)]
  const [order, scratch, stack] = [kernel.words(x.rows), kernel.words(x.rows), kernel.ints(5 * (x.rows + 8))]
  const work = kernel.doubles(x.terms + 260 * (outputs + 1) + 256)
  const [nodes, leaves] = [kernel.ints(5 * x.rows), kernel.floats(x.rows * (outputs + 1))]
  slots.set(target.slots)
  values.set(target.values)
  kernel.setTable(cells.byteOffset, stride, columns.length, slots.byteOffset, values.byteOffset, outputs)
  kernel.setRules(triesOf(settings.features, x.terms), settings.minRows, settings.maxDepth, settings.isExtra ? 1 : 0)
  kernel.setSpace(
    order.byteOffset,
    scratch.byteOffset,
    weights.byteOffset,
    work.byteOffset,
    stack.byteOffset,
    nodes.byteOffset,
    leaves.byteOffset,
  )
  const random = seededRandom(context.seed)
  const grown: { nodes: Int32Array; leaves: Float32Array }[] = []
  for (let tree = 0; tree < settings.trees; tree++) {
    const used = drawRows(x.rows, target.weights, settings.isExtra ? null : random, order, weights)
    kernel.begin(used, 1 + Math.floor(random() * 0xffff_fffe))
    while (kernel.grow(rowsPerPause) === 1) await pause(context.signal)
    grown.push({ nodes: nodes.slice(0, kernel.countNodes() * 5), leaves: leaves.slice(0, kernel.countLeaves() * (outputs + 1)) })
    context.onShare?.((tree + 1) / settings.trees)
    await pause(context.signal)
  }
  return joined(grown, columns, { terms: x.terms, outputs })
}

/** Chooses the rows of a tree: all, or as many as there are with replacement. Writes their numbers and weights; returns how many differ. */
function drawRows(
  rows: number,
  given: Float64Array | null,
  random: (() => number) | null,
  order: Uint32Array,
  weights: Float64Array,
): number {
  if (random) {
    weights.fill(0)
    for (let i = 0; i < rows; i++) {
      const row = Math.floor(random() * rows)
      weights[row] = (weights[row] ?? 0) + 1
    }
  } else weights.fill(1)
  let used = 0
  for (let row = 0; row < rows; row++) {
    if ((weights[row] ?? 0) === 0) continue
    order[used++] = row
    if (given) weights[row] = (weights[row] ?? 0) * (given[row] ?? 1)
  }
  return used
}

function triesOf(features: ForestSettings['features'], terms: number): number {
  if (features === 'all') return terms
  return Math.max(1, Math.floor(features === 'third' ? terms / 3 : Math.sqrt(terms)))
}

/** Trees one after the other; bins become thresholds. */
function joined(
  trees: readonly { nodes: Int32Array; leaves: Float32Array }[],
  columns: readonly { edges: Float32Array }[],
  { terms, outputs }: { terms: number; outputs: number },
): Omit<TreeEnsemble, 'link'> {
  const nodes = trees.reduce((sum, tree) => sum + tree.nodes.length / 5, 0)
  const leaves = trees.reduce((sum, tree) => sum + tree.leaves.length / (outputs + 1), 0)
  const [values, leafRows] = [new Float32Array(leaves * outputs), new Float32Array(leaves)]
  const [feature, left, right] = [new Int32Array(nodes), new Int32Array(nodes), new Int32Array(nodes)]
  const [threshold, gain] = [new Float32Array(nodes), new Float32Array(nodes)]
  const roots = new Int32Array(trees.length)
  let [nextNode, nextLeaf] = [0, 0]
  for (const [i, tree] of trees.entries()) {
    const [firstNode, firstLeaf] = [nextNode, nextLeaf]
    const gains = new Float32Array(tree.nodes.buffer)
    const place = (child: number) => (child < 0 ? child - firstLeaf : child + firstNode)
    roots[i] = place(tree.nodes.length === 0 ? -1 : 0)
    for (let at = 0; at < tree.nodes.length; at += 5) {
      const column = tree.nodes[at] ?? 0
      feature[nextNode] = column
      threshold[nextNode] = columns[column]?.edges[tree.nodes[at + 1] ?? 0] ?? 0
      gain[nextNode] = gains[at + 4] ?? 0
      left[nextNode] = place(tree.nodes[at + 2] ?? 0)
      right[nextNode++] = place(tree.nodes[at + 3] ?? 0)
    }
    for (let at = 0; at < tree.leaves.length; at += outputs + 1) {
      leafRows[nextLeaf] = tree.leaves[at] ?? 0
      for (let k = 0; k < outputs; k++) values[nextLeaf * outputs + k] = (tree.leaves[at + 1 + k] ?? 0) / trees.length
      nextLeaf += 1
    }
  }
  return {
    shape: 'trees',
    terms,
    outputs,
    roots,
    feature,
    threshold,
    left,
    right,
    gain,
    values,
    leafRows,
    set: new Int32Array(nodes).fill(-1),
    missingLeft: new Uint8Array(nodes),
    sets: new Uint32Array(),
    target: null,
    base: new Float32Array(outputs),
  }
}
