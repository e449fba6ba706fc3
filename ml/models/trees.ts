import type { SparseRows } from '#ml/features/sparse-rows'

/**
 * Decision trees whose leaves are summed. Node i of all trees together: a row goes to `left[i]` if its value of term
 * `feature[i]` is at most `threshold[i]`, or if its code is in `sets[set[i]]`; a missing value (NaN, or a code that no set
 * knows) follows `missingLeft[i]`; else to `right[i]`. A child below 0 is leaf ~child.
 */
export type TreeEnsemble = {
  shape: 'trees'
  terms: number
  outputs: number
  /** First node of each tree, or ~leaf of a tree without splits. */
  roots: Int32Array
  feature: Int32Array
  threshold: Float32Array
  /** Index into `sets`, or -1 where the split is by threshold. */
  set: Int32Array
  missingLeft: Uint8Array
  left: Int32Array
  right: Int32Array
  /** What each split gained: loss or impurity, summed over its training rows. */
  gain: Float32Array
  /** Codes that go left: 8 words of 32 bits per set. */
  sets: Uint32Array
  /** Output that a tree adds to; null when each leaf holds a value per output. */
  target: Int32Array | null
  /** [leaves], or [leaves][outputs]. */
  values: Float32Array
  /** [leaves]: training rows, by weight, in each; what explanations go by. */
  leafRows: Float32Array
  /** [outputs]: where the sums begin. */
  base: Float32Array
  /** What becomes of the sums: nothing, the logarithm of shares, or the exponential. */
  link: 'identity' | 'log' | 'exp'
}

/** A share this small or smaller counts as this, so that its logarithm is finite. */
export const smallestShare = 1e-6
export const wordsPerSet = 8

/** Rows that go through a tree together, while its nodes are near. */
const rowsPerBlock = 512

/** Scores of sparse rows, [rows][outputs] row-major. */
export function treeScores(model: TreeEnsemble, x: SparseRows): Float32Array {
  const { outputs, terms, roots, target, values, base } = model
  const scores = new Float32Array(x.rows * outputs)
  const block = new Float32Array(rowsPerBlock * terms)
  const sums = new Float64Array(rowsPerBlock * outputs)
  for (let from = 0; from < x.rows; from += rowsPerBlock) {
    const count = Math.min(rowsPerBlock, x.rows - from)
    spread(x, from, count, block)
    for (let row = 0; row < count; row++) sums.set(base, row * outputs)
    for (let tree = 0; tree < roots.length; tree++) {
      for (let row = 0; row < count; row++) {
        const leaf = leafOf(model, block, row * terms, roots[tree] ?? 0)
        if (target) {
          const at = row * outputs + (target[tree] ?? 0)
          sums[at] = (sums[at] ?? 0) + (values[leaf] ?? 0)
        } else {
          for (let k = 0; k < outputs; k++) sums[row * outputs + k] = (sums[row * outputs + k] ?? 0) + (values[leaf * outputs + k] ?? 0)
        }
      }
    }
    for (let at = 0; at < count * outputs; at++) scores[from * outputs + at] = linked(model.link, sums[at] ?? 0)
  }
  return scores
}

/** The leaf that each row ends in, [rows][trees]. */
export function leavesOf(model: TreeEnsemble, x: SparseRows): Int32Array {
  const trees = model.roots.length
  const leaves = new Int32Array(x.rows * trees)
  const dense = new Float32Array(model.terms)
  for (let row = 0; row < x.rows; row++) {
    spread(x, row, 1, dense)
    for (let tree = 0; tree < trees; tree++) leaves[row * trees + tree] = leafOf(model, dense, 0, model.roots[tree] ?? 0)
  }
  return leaves
}

/** Writes `count` sparse rows side by side into `block`, [count][terms]. */
function spread(x: SparseRows, from: number, count: number, block: Float32Array): void {
  block.fill(0)
  for (let row = 0; row < count; row++) {
    for (let j = x.ptr[from + row] ?? 0, end = x.ptr[from + row + 1] ?? 0; j < end; j++)
      block[row * x.terms + (x.ids[j] ?? 0)] = x.values[j] ?? 0
  }
}

/** The leaf that the dense row [terms] at `start` falls into, from `node` down. */
function leafOf(model: TreeEnsemble, dense: Float32Array, start: number, node: number): number {
  const { feature, left, right } = model
  let at = node
  while (at >= 0) at = (goesLeft(model, at, dense[start + (feature[at] ?? 0)] ?? 0) ? left[at] : right[at]) ?? -1
  return ~at
}

/** Whether a row whose value of the node's term is `value` goes left. */
export function goesLeft({ set, threshold, missingLeft, sets }: TreeEnsemble, node: number, value: number): boolean {
  if (Number.isNaN(value)) return missingLeft[node] === 1
  const own = set[node] ?? -1
  if (own < 0) return value <= (threshold[node] ?? 0)
  return (((sets[own * wordsPerSet + (value >> 5)] ?? 0) >>> (value & 31)) & 1) === 1
}

function linked(link: TreeEnsemble['link'], sum: number): number {
  if (link === 'log') return Math.log(Math.max(sum, smallestShare))
  return link === 'exp' ? Math.exp(sum) : sum
}
