import { AppError } from '#core/errors/app-error'
import type { FitContext } from '#ml/estimators/contract'
import { seededRandom } from '#ml/estimators/random'
import { repeatedRows } from '#ml/estimators/repeated-rows'
import type { SparseRows } from '#ml/features/sparse-rows'
import { pause } from '#ml/pipeline/pause'
import type { UnlabelledRows } from './unlabelled-rows'

export type IsolationForestParams = {
  trees: number
  /** Rows that each tree is grown from, drawn without replacement; all rows if there are fewer. */
  sample: number
}

/** Node i of all trees: a row goes to `left[i]` if its value of term `feature[i]` is at most `threshold[i]`, else to `right[i]`. */
export type IsolationForest = {
  /** First node of each tree. */
  roots: Int32Array
  /** -1 for a leaf. */
  feature: Int32Array
  /** Float32, as values are: rounded down, so that no value changes sides. */
  threshold: Float32Array
  left: Int32Array
  right: Int32Array
  /** Of a leaf: its depth plus the path that its rows would still need to be parted. */
  path: Float64Array
  /** Of a leaf: how many rows of its tree's sample ended there. */
  held: Int32Array
  /** Rows that each tree was grown from. */
  sample: number
  terms: number
}

const eulerGamma = 0.5772156649015329

/**
 * Isolation forest (Liu, Ting and Zhou 2008, algorithms 1 and 2): each node parts its rows at a random value between the least and
 * the largest of a random term that varies there, down to ceil(log2(sample)) levels. Weights must be whole numbers. Throws
 * AppError without rows.
 */
export async function fitIsolationForest(
  { trees, sample }: IsolationForestParams,
  { x, weights }: UnlabelledRows,
  { seed, signal, onShare }: FitContext,
): Promise<IsolationForest> {
  const all = repeatedRows(x.rows, weights, 'An isolation forest')
  if (all.length === 0)
    throw new AppError('bad_input', { detail: 'There are no rows to learn from: an isolation forest needs at least one.' })
  const random = seededRandom(seed)
  const size = Math.min(sample, all.length)
  const grower: Grower = { x, random, nodes: [], deepest: Math.ceil(Math.log2(size)), spans: spansOf(x.terms) }
  const roots = new Int32Array(trees)
  for (let tree = 0; tree < trees; tree++) {
    await pause(signal)
    for (let i = 0; i < size; i++) swap(all, i, i + Math.floor(random() * (all.length - i)))
    roots[tree] = grow(grower, all.slice(0, size), 0)
    onShare?.((tree + 1) / trees)
  }
  const { nodes } = grower
  return {
    roots,
    feature: Int32Array.from(nodes, ({ feature }) => feature),
    threshold: Float32Array.from(nodes, ({ threshold }) => threshold),
    left: Int32Array.from(nodes, ({ left }) => left),
    right: Int32Array.from(nodes, ({ right }) => right),
    path: Float64Array.from(nodes, ({ path }) => path),
    held: Int32Array.from(nodes, ({ held }) => held),
    sample: size,
    terms: x.terms,
  }
}

/** How odd each row is, in (0, 1]: 2^(-mean path / c(sample)) (equation 2). Near 1 is an outlier; 0.5 and less is ordinary. */
export function isolationScores(forest: IsolationForest, x: SparseRows): Float64Array {
  const { roots, feature, threshold, left, right, path, sample } = forest
  const scores = new Float64Array(x.rows)
  const value = new Float32Array(forest.terms)
  const usual = averagePath(sample)
  for (let row = 0; row < x.rows; row++) {
    const [start, end] = [x.ptr[row] ?? 0, x.ptr[row + 1] ?? 0]
    for (let j = start; j < end; j++) value[x.ids[j] ?? 0] = x.values[j] ?? 0
    let sum = 0
    for (const root of roots) {
      let node = root
      for (let term = feature[node] ?? -1; term >= 0; term = feature[node] ?? -1) {
        node = ((value[term] ?? 0) <= (threshold[node] ?? 0) ? left[node] : right[node]) ?? 0
      }
      sum += path[node] ?? 0
    }
    for (let j = start; j < end; j++) value[x.ids[j] ?? 0] = 0
    // a tree of one row, or of rows that are all the same, knows of nothing odd
    scores[row] = usual > 0 ? 2 ** (-sum / roots.length / usual) : 0.5
  }
  return scores
}

/** Mean path of an unsuccessful search in a binary tree, c(n) of equation 1, with the harmonic number as ln(n) + 0.5772; 1 for two rows. */
export function averagePath(rows: number): number {
  if (rows <= 1) return 0
  return rows === 2 ? 1 : 2 * (Math.log(rows - 1) + eulerGamma) - (2 * (rows - 1)) / rows
}

type Node = { feature: number; threshold: number; left: number; right: number; path: number; held: number }
type Spans = { low: Float32Array; high: Float32Array; held: Int32Array }
type Grower = { x: SparseRows; random: () => number; nodes: Node[]; deepest: number; spans: Spans }

const spansOf = (terms: number): Spans => ({ low: new Float32Array(terms), high: new Float32Array(terms), held: new Int32Array(terms) })

/** Grows a tree over the rows and returns its first node. No deeper than log2 of the rows, so it may call itself. */
function grow(grower: Grower, rows: Int32Array, depth: number): number {
  const { x, random, nodes, deepest, spans } = grower
  const at = nodes.length
  const leaf = { feature: -1, threshold: 0, left: -1, right: -1, path: depth + averagePath(rows.length), held: rows.length }
  nodes.push(leaf)
  if (rows.length <= 1 || depth >= deepest) return at
  const varying = varyingTerms(x, rows, spans)
  const feature = varying[Math.floor(random() * varying.length)]
  if (feature === undefined) return at
  const [low, high] = [spans.low[feature] ?? 0, spans.high[feature] ?? 0]
  const threshold = roundDown(low + random() * (high - low))
  const isLeft = Uint8Array.from(rows, (row) => (valueAt(x, row, feature) <= threshold ? 1 : 0))
  const left = grow(
    grower,
    rows.filter((_, i) => isLeft[i] === 1),
    depth + 1,
  )
  const right = grow(
    grower,
    rows.filter((_, i) => isLeft[i] === 0),
    depth + 1,
  )
  nodes[at] = { feature, threshold, left, right, path: 0, held: 0 }
  return at
}

/** Terms with more than one value among the rows, in ascending order; their least and largest are in `spans`. */
function varyingTerms(x: SparseRows, rows: Int32Array, { low, high, held }: Spans): number[] {
  const present: number[] = []
  for (const row of rows) {
    for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) {
      const term = x.ids[j] ?? 0
      const value = x.values[j] ?? 0
      if (held[term] === 0) {
        present.push(term)
        low[term] = value
        high[term] = value
      }
      held[term] = (held[term] ?? 0) + 1
      low[term] = Math.min(low[term] ?? 0, value)
      high[term] = Math.max(high[term] ?? 0, value)
    }
  }
  for (const term of present) {
    if ((held[term] ?? 0) < rows.length) {
      low[term] = Math.min(low[term] ?? 0, 0)
      high[term] = Math.max(high[term] ?? 0, 0)
    }
    held[term] = 0
  }
  return present.filter((term) => (low[term] ?? 0) < (high[term] ?? 0)).sort((a, b) => a - b)
}

function valueAt(x: SparseRows, row: number, term: number): number {
  for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) if (x.ids[j] === term) return x.values[j] ?? 0
  return 0
}

/** The largest float32 that is not above `value`. */
function roundDown(value: number): number {
  const near = Math.fround(value)
  if (near <= value) return near
  bits.setFloat32(0, near)
  // the bits of positive floats ascend with them, those of negative ones descend
  bits.setInt32(0, bits.getInt32(0) + (near > 0 ? -1 : 1))
  return bits.getFloat32(0)
}
const bits = new DataView(new ArrayBuffer(4))

function swap(values: Int32Array, i: number, j: number): void {
  const kept = values[i] ?? 0
  values[i] = values[j] ?? 0
  values[j] = kept
}
