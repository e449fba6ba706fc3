import { goesLeft, type TreeEnsemble } from '#ml/models/trees'

export type TreeShap = {
  /** [outputs]: the mean of the sums over the training rows. */
  expected: Float64Array
  /** [terms][outputs]: what each term adds to that for this row. */
  parts: Float64Array
}

/**
 * Exact Shapley values of one dense row [terms] for the sums of a tree ensemble, before its link: `expected` plus all parts is
 * the row's sum. What a term would say if it were unknown is taken from the training rows in the leaves (path-dependent TreeSHAP:
 * Lundberg et al. 2020, "From local explanations to global understanding with explainable AI for trees", algorithm 2).
 */
export function treeShap(model: TreeEnsemble, row: Float32Array): TreeShap {
  const { outputs, terms, roots } = model
  const parts = new Float64Array(terms * outputs)
  const expected = Float64Array.from(model.base)
  const rowsBelow = rowsPerNode(model)
  const weightOf = (child: number) => (child < 0 ? model.leafRows[~child] : rowsBelow[child]) ?? 0
  for (const [tree, root] of roots.entries()) {
    const addLeaf = (leaf: number, term: number | null, factor: number) => {
      const to = term === null ? expected : parts
      const at = term === null ? 0 : term * outputs
      if (model.target) add(to, at + (model.target[tree] ?? 0), factor * (model.values[leaf] ?? 0))
      else for (let k = 0; k < outputs; k++) add(to, at + k, factor * (model.values[leaf * outputs + k] ?? 0))
    }
    addExpected(model, root, 1, weightOf, (leaf, share) => addLeaf(leaf, null, share))
    walk({ model, row, weightOf, addLeaf: (leaf, term, factor) => addLeaf(leaf, term, factor) }, root, [], { term: -1, zero: 1, one: 1 })
  }
  return { expected, parts }
}

/** Training rows, by weight, below each node. */
export function rowsPerNode({ left, right, leafRows }: TreeEnsemble): Float64Array {
  const rows = new Float64Array(left.length)
  const rowsOf = (child: number) => (child < 0 ? leafRows[~child] : rows[child]) ?? 0
  // Children come after their parents.
  for (let node = left.length - 1; node >= 0; node--) rows[node] = rowsOf(left[node] ?? 0) + rowsOf(right[node] ?? 0)
  return rows
}

function add(to: Float64Array, at: number, value: number): void {
  to[at] = (to[at] ?? 0) + value
}

function addExpected(
  model: TreeEnsemble,
  node: number,
  share: number,
  weightOf: (child: number) => number,
  visit: (leaf: number, share: number) => void,
): void {
  if (node < 0) {
    visit(~node, share)
    return
  }
  const all = weightOf(node)
  for (const child of [model.left[node] ?? 0, model.right[node] ?? 0])
    addExpected(model, child, (share * weightOf(child)) / all, weightOf, visit)
}

/** A term on the way from the root: the share of rows that pass when it is unknown, and 1 or 0 when it is known. */
type Step = { term: number; zero: number; one: number }
/** A step with the weight of the subsets in which so many of the terms so far are known. */
type Weighted = Step & { weight: number }

type Walk = {
  model: TreeEnsemble
  row: Float32Array
  weightOf(child: number): number
  addLeaf(leaf: number, term: number, factor: number): void
}

function walk(context: Walk, node: number, before: readonly Weighted[], step: Step): void {
  const { model, row, weightOf, addLeaf } = context
  let path = extended(before, step)
  if (node < 0) {
    for (let i = 1; i < path.length; i++) {
      const { term, zero, one } = path[i] ?? step
      addLeaf(~node, term, unwoundSum(path, i) * (one - zero))
    }
    return
  }
  const term = model.feature[node] ?? 0
  const isLeft = goesLeft(model, node, row[term] ?? 0)
  const [left, right] = [model.left[node] ?? 0, model.right[node] ?? 0]
  const [hot, cold] = isLeft ? [left, right] : [right, left]
  // A term that was asked before counts once, for all its questions together.
  const earlier = path.findIndex((each, i) => i > 0 && each.term === term)
  const { zero, one } = path[earlier] ?? { zero: 1, one: 1 }
  if (earlier > 0) path = unwound(path, earlier)
  const all = weightOf(node)
  walk(context, hot, path, { term, zero: (zero * weightOf(hot)) / all, one })
  walk(context, cold, path, { term, zero: (zero * weightOf(cold)) / all, one: 0 })
}

/** EXTEND of the paper: one more term, known or unknown. */
function extended(path: readonly Weighted[], step: Step): Weighted[] {
  const length = path.length
  const next = [...path.map((each) => ({ ...each })), { ...step, weight: length === 0 ? 1 : 0 }]
  for (let i = length - 1; i >= 0; i--) {
    const [here, after] = [next[i], next[i + 1]]
    if (!here || !after) continue
    after.weight += (step.one * here.weight * (i + 1)) / (length + 1)
    here.weight = (step.zero * here.weight * (length - i)) / (length + 1)
  }
  return next
}

/** UNWIND of the paper: the path as if step `at` had not been. */
function unwound(path: readonly Weighted[], at: number): Weighted[] {
  const last = path.length - 1
  const { zero, one } = path[at] ?? { zero: 1, one: 1 }
  const weights = unwoundWeights(path, zero, one)
  const steps = path.filter((_, i) => i !== at)
  return steps.slice(0, last).map((step, i) => ({ ...step, weight: weights[i] ?? 0 }))
}

/** The sum of the weights after UNWIND of step `at`. */
function unwoundSum(path: readonly Weighted[], at: number): number {
  const { zero, one } = path[at] ?? { zero: 1, one: 1 }
  return unwoundWeights(path, zero, one).reduce((sum, weight) => sum + weight, 0)
}

function unwoundWeights(path: readonly Weighted[], zero: number, one: number): number[] {
  const last = path.length - 1
  const weights = new Array<number>(last).fill(0)
  let rest = path[last]?.weight ?? 0
  for (let i = last - 1; i >= 0; i--) {
    const weight = path[i]?.weight ?? 0
    if (one !== 0) {
      const own = (rest * (last + 1)) / ((i + 1) * one)
      weights[i] = own
      rest = weight - (own * zero * (last - i)) / (last + 1)
    } else weights[i] = (weight * (last + 1)) / (zero * (last - i))
  }
  return weights
}
