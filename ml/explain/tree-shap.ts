import { goesLeft, type TreeEnsemble } from '#ml/models/trees'
import { pause } from '#ml/pipeline/pause'

export type TreeShap = {
  /** [outputs]: the mean of the sums over the training rows. */
  expected: Float64Array
  /** [terms][outputs]: what each term adds to that for this row. */
  parts: Float64Array
}

/** Steps of all paths that are looked at between two looks at the signal: about 20 ms. */
const stepsPerPause = 2_000_000

/**
 * Exact Shapley values of one dense row [terms] for the sums of a tree ensemble, before its link: `expected` plus all parts is
 * the row's sum. What a term would say if it were unknown is taken from the training rows in the leaves (path-dependent TreeSHAP:
 * Lundberg et al. 2020, "From local explanations to global understanding with explainable AI for trees", algorithm 2).
 */
export async function treeShap(model: TreeEnsemble, row: Float32Array, signal?: AbortSignal): Promise<TreeShap> {
  const { outputs, terms, roots, base } = model
  const rowsBelow = rowsPerNode(model)
  const room = roomOf(model)
  const walk: Walk = {
    model,
    row,
    rowsBelow,
    tree: 0,
    rowsOfTree: 0,
    parts: new Float64Array(terms * outputs),
    expected: Float64Array.from(base),
    term: new Int32Array(room),
    zero: new Float64Array(room),
    one: new Float64Array(room),
    weight: new Float64Array(room),
    steps: 0,
  }
  for (const [tree, root] of roots.entries()) {
    walk.tree = tree
    walk.rowsOfTree = rowsAt(walk, root)
    descend(walk, root, 0, 0, -1, 1, 1)
    if (walk.steps < stepsPerPause) continue
    walk.steps = 0
    await pause(signal)
  }
  return { expected: walk.expected, parts: walk.parts }
}

/** Training rows, by weight, below each node. */
export function rowsPerNode({ left, right, leafRows }: TreeEnsemble): Float64Array {
  const rows = new Float64Array(left.length)
  const rowsOf = (child: number) => (child < 0 ? leafRows[~child] : rows[child]) ?? 0
  // Children come after their parents.
  for (let node = left.length - 1; node >= 0; node--) rows[node] = rowsOf(left[node] ?? 0) + rowsOf(right[node] ?? 0)
  return rows
}

/**
 * A walk down one tree. The terms on the way from the root form a path: per term the share of rows that pass when it is unknown
 * (`zero`), 1 or 0 when it is known (`one`), and the weight of the subsets in which so many of the terms are known. Each
 * node has its own copy of the path behind that of its parent.
 */
type Walk = {
  model: TreeEnsemble
  row: Float32Array
  rowsBelow: Float64Array
  tree: number
  rowsOfTree: number
  parts: Float64Array
  expected: Float64Array
  term: Int32Array
  zero: Float64Array
  one: Float64Array
  weight: Float64Array
  steps: number
}

const rowsAt = ({ model, rowsBelow }: Walk, node: number): number => (node < 0 ? model.leafRows[~node] : rowsBelow[node]) ?? 0

/** Entries of all paths from a root to the deepest leaf, one behind another. */
function roomOf({ left, right }: TreeEnsemble): number {
  const depths = new Int32Array(left.length)
  let deepest = 0
  for (let node = 0; node < left.length; node++) {
    const below = (depths[node] ?? 0) + 1
    deepest = Math.max(deepest, below)
    for (const child of [left[node] ?? -1, right[node] ?? -1]) if (child >= 0) depths[child] = below
  }
  return ((deepest + 2) * (deepest + 3)) / 2
}

/** `from` and `length`: the parent's path; it is copied and gets one term more. */
function descend(walk: Walk, node: number, from: number, length: number, term: number, zero: number, one: number): void {
  // no row goes this way, whatever is known
  if (zero === 0 && one === 0) return
  const start = from + length
  extend(walk, from, start, length, term, zero, one)
  if (node < 0) {
    addLeaf(walk, ~node, start, length)
    return
  }
  const { model, row } = walk
  const asked = model.feature[node] ?? 0
  const isLeft = goesLeft(model, node, row[asked] ?? 0)
  const left = model.left[node] ?? 0
  const right = model.right[node] ?? 0
  const hot = isLeft ? left : right
  const cold = isLeft ? right : left
  let own = length + 1
  let before = 1
  let known = 1
  // A term that was asked before counts once, for all its questions together.
  for (let i = 1; i <= length; i++) {
    if (walk.term[start + i] !== asked) continue
    before = walk.zero[start + i] ?? 0
    known = walk.one[start + i] ?? 0
    unwind(walk, start, length, i)
    own = length
    break
  }
  const all = rowsAt(walk, node)
  descend(walk, hot, start, own, asked, (before * rowsAt(walk, hot)) / all, known)
  descend(walk, cold, start, own, asked, (before * rowsAt(walk, cold)) / all, 0)
}

/** EXTEND of the paper, on a copy. */
function extend(walk: Walk, from: number, start: number, length: number, term: number, zero: number, one: number): void {
  const { weight } = walk
  walk.term.copyWithin(start, from, from + length)
  walk.zero.copyWithin(start, from, from + length)
  walk.one.copyWithin(start, from, from + length)
  weight.copyWithin(start, from, from + length)
  walk.term[start + length] = term
  walk.zero[start + length] = zero
  walk.one[start + length] = one
  weight[start + length] = length === 0 ? 1 : 0
  for (let i = length - 1; i >= 0; i--) {
    const own = weight[start + i] ?? 0
    weight[start + i + 1] = (weight[start + i + 1] ?? 0) + (one * own * (i + 1)) / (length + 1)
    weight[start + i] = (zero * own * (length - i)) / (length + 1)
  }
}

/** UNWIND of the paper: the path as if entry `at` had not been; `last` is the last entry. */
function unwind(walk: Walk, start: number, last: number, at: number): void {
  const { weight } = walk
  const zero = walk.zero[start + at] ?? 0
  const one = walk.one[start + at] ?? 0
  let rest = weight[start + last] ?? 0
  for (let i = last - 1; i >= 0; i--) {
    const before = weight[start + i] ?? 0
    if (one !== 0) {
      const own = (rest * (last + 1)) / ((i + 1) * one)
      weight[start + i] = own
      rest = before - (own * zero * (last - i)) / (last + 1)
    } else weight[start + i] = (before * (last + 1)) / (zero * (last - i))
  }
  for (let i = at; i < last; i++) {
    walk.term[start + i] = walk.term[start + i + 1] ?? 0
    walk.zero[start + i] = walk.zero[start + i + 1] ?? 0
    walk.one[start + i] = walk.one[start + i + 1] ?? 0
  }
}

/** The sum of the weights after UNWIND of entry `at`. */
function unwoundSum({ zero: zeros, one: ones, weight }: Walk, start: number, last: number, at: number): number {
  const zero = zeros[start + at] ?? 0
  const one = ones[start + at] ?? 0
  let rest = weight[start + last] ?? 0
  let sum = 0
  for (let i = last - 1; i >= 0; i--) {
    if (one !== 0) {
      const own = rest / ((i + 1) * one)
      sum += own
      rest = (weight[start + i] ?? 0) - own * zero * (last - i)
    } else sum += (weight[start + i] ?? 0) / (zero * (last - i))
  }
  return sum * (last + 1)
}

function addLeaf(walk: Walk, leaf: number, start: number, last: number): void {
  const { model, expected, parts } = walk
  const { outputs, values } = model
  walk.steps += last * last + 1
  const share = (model.leafRows[leaf] ?? 0) / walk.rowsOfTree
  const target = model.target ? (model.target[walk.tree] ?? 0) : -1
  if (target >= 0) expected[target] = (expected[target] ?? 0) + share * (values[leaf] ?? 0)
  else for (let k = 0; k < outputs; k++) expected[k] = (expected[k] ?? 0) + share * (values[leaf * outputs + k] ?? 0)
  for (let i = 1; i <= last; i++) {
    const factor = unwoundSum(walk, start, last, i) * ((walk.one[start + i] ?? 0) - (walk.zero[start + i] ?? 0))
    const at = (walk.term[start + i] ?? 0) * outputs
    if (target >= 0) parts[at + target] = (parts[at + target] ?? 0) + factor * (values[leaf] ?? 0)
    else for (let k = 0; k < outputs; k++) parts[at + k] = (parts[at + k] ?? 0) + factor * (values[leaf * outputs + k] ?? 0)
  }
}
