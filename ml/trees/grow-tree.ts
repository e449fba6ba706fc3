import type { BoostingKernel } from '#ml/kernels/boosting-kernel'
import { pause } from '#ml/pipeline/pause'
import { type BinnedRows, missingBin } from './bin-columns'
import { type Split, type Sums, splitCategory } from './split-category'

export type GrowSettings = {
  leaves: number
  maxDepth: number
  /** At least so many rows in a leaf. */
  minRows: number
  l2: number
  /** Per column: 1 if the answer may only rise with it, -1 if it may only fall. */
  monotone: Int8Array
}

/** A node of a grown tree: split, or a leaf with its rows order[from..to) and held[heldFrom..heldTo). */
export type GrownNode = {
  split: Split | null
  left: GrownNode | null
  right: GrownNode | null
  depth: number
  from: number
  to: number
  heldFrom: number
  heldTo: number
  sums: Sums
  /** Bounds of the values below, from monotone splits above. */
  floor: number
  ceiling: number
}

export type Grower = {
  /** Row numbers, grouped by leaf after `grow`. */
  order: Uint32Array
  held: Uint32Array
  /** Grows one tree on the gradients in `pairs`; see quantise in the kernel. */
  grow(scales: { gScale: number; hScale: number }): Promise<{ root: GrownNode; leaves: GrownNode[] }>
}

const histColumnBytes = 4_096
const mostHistogramBytes = 1024 ** 3
/** As scikit-learn's min_hessian_to_split. */
const minCurvature = 1e-3
const leastGain = 1e-10
/** Additions to histograms between two pauses, about 20 ms. */
const cellsPerPause = 15_000_000

/** How many histograms are kept at once; a node without one has its rows counted again. */
const keptHistograms = (stride: number, leaves: number) =>
  Math.max(2, Math.min(leaves + 1, Math.floor(mostHistogramBytes / (stride * histColumnBytes))))

/** Bytes of kernel memory that `openGrower` asks for. */
export function growerBytes(rows: number, held: number, stride: number, leaves: number): number {
  return (keptHistograms(stride, leaves) + 1) * stride * histColumnBytes + rows * 16 + held * 8 + stride * 8 + 65_536
}

/**
 * Leaf-wise growth (Shi 2007; as LightGBM, Ke et al. 2017): the leaf whose split gains most is split next, until there are
 * `leaves`. A child's histogram is its parent's less its smaller sibling's. `rows` are learned from, `heldRows` only follow.
 */
export function openGrower(
  kernel: BoostingKernel,
  binned: BinnedRows,
  {
    rows,
    heldRows,
    pairs,
    settings,
    signal,
  }: { rows: Uint32Array; heldRows: Uint32Array; pairs: Int32Array; settings: GrowSettings; signal?: AbortSignal | undefined },
): Grower {
  const { stride, cells, columns } = binned
  const histograms = Array.from({ length: keptHistograms(stride, settings.leaves) }, () => kernel.ints(stride * 1_024))
  const passing = kernel.ints(stride * 1_024)
  const [order, held, scratch] = [
    kernel.words(rows.length),
    kernel.words(heldRows.length),
    kernel.words(Math.max(rows.length, heldRows.length)),
  ]
  const [kinds, monotone, binCounts] = [kernel.bytes(stride), kernel.bytes(stride), kernel.ints(stride)]
  const [total, goesLeft, out] = [kernel.ints(3), kernel.bytes(256), kernel.doubles(4)]
  const found = new Int32Array(out.buffer, out.byteOffset, 8)
  const categories = columns.flatMap(({ isCategory }, i) => (isCategory ? [i] : []))
  kinds.set(columns.map(({ isCategory }) => (isCategory ? 1 : 0)))
  binCounts.set(columns.map(({ bins }) => bins))
  for (const [i, sign] of settings.monotone.entries()) monotone[i] = sign & 255
  const free = [...histograms]
  let work = 0

  async function count(node: GrownNode, hist: Int32Array): Promise<void> {
    hist.fill(0)
    kernel.histogram(cells.byteOffset, stride, order.byteOffset, node.from, node.to, pairs.byteOffset, hist.byteOffset, stride)
    work += (node.to - node.from) * stride
    if (work < cellsPerPause) return
    work = 0
    await pause(signal)
  }

  function bestSplit(node: GrownNode, hist: Int32Array, scales: { gScale: number; hScale: number }): Split | null {
    const { sums, depth, floor, ceiling } = node
    if (sums.rows < settings.minRows * 2 || depth >= settings.maxDepth) return null
    total.set([sums.g, sums.h, sums.rows])
    out[0] = leastGain
    const { l2, minRows } = settings
    kernel.splitNumbers(
      hist.byteOffset,
      columns.length,
      kinds.byteOffset,
      binCounts.byteOffset,
      monotone.byteOffset,
      total.byteOffset,
      scales.gScale,
      scales.hScale,
      l2,
      minRows,
      minCurvature,
      floor,
      ceiling,
      out.byteOffset,
    )
    let best = out[0] > leastGain ? numberSplit(out[0], found, hist, sums) : null
    const rules = { ...scales, l2, minRows, minCurvature }
    for (const column of categories) {
      best = splitCategory(hist, { column, bins: binCounts[column] ?? 0 }, sums, rules, best?.gain ?? leastGain) ?? best
    }
    return best
  }

  /** Moves the rows of both sides apart and makes the children. */
  function divide(node: GrownNode, split: Split, scales: { gScale: number; hScale: number }): [GrownNode, GrownNode] {
    fillTable(goesLeft, split)
    const { from, to, heldFrom, heldTo } = node
    const part = (rows: Uint32Array, start: number, end: number) =>
      kernel.partition(cells.byteOffset, stride, split.column, goesLeft.byteOffset, rows.byteOffset, scratch.byteOffset, start, end)
    const middle = part(order, from, to)
    const heldMiddle = heldTo > heldFrom ? part(held, heldFrom, heldTo) : heldFrom
    const rightSums = { g: node.sums.g - split.left.g, h: node.sums.h - split.left.h, rows: node.sums.rows - split.left.rows }
    const bounds = boundsBelow(node, split.left, rightSums, settings, split.column, scales)
    const child = { split: null, left: null, right: null, depth: node.depth + 1 }
    return [
      { ...child, from, to: middle, heldFrom, heldTo: heldMiddle, sums: split.left, ...bounds.left },
      { ...child, from: middle, to, heldFrom: heldMiddle, heldTo, sums: rightSums, ...bounds.right },
    ]
  }

  async function grow(scales: { gScale: number; hScale: number }) {
    order.set(rows)
    held.set(heldRows)
    const root: GrownNode = {
      split: null,
      left: null,
      right: null,
      depth: 0,
      from: 0,
      to: rows.length,
      heldFrom: 0,
      heldTo: heldRows.length,
      sums: { g: 0, h: 0, rows: rows.length },
      floor: Number.NEGATIVE_INFINITY,
      ceiling: Number.POSITIVE_INFINITY,
    }
    type Open = { node: GrownNode; hist: Int32Array | null; best: Split | null }
    const rootHist = free.pop() ?? passing
    await count(root, rootHist)
    root.sums = { ...sumColumn(rootHist), rows: rows.length }
    const open: Open[] = [{ node: root, hist: rootHist, best: bestSplit(root, rootHist, scales) }]
    for (let leaves = 1; leaves < settings.leaves; leaves++) {
      const next = pickBest(open)
      if (!next?.best) break
      const { node, best, hist } = next
      const [left, right] = divide(node, best, scales)
      Object.assign(node, { split: best, left, right })
      open.splice(open.indexOf(next), 1)
      // The last two leaves are not split, so nothing needs to be known of them.
      if (leaves + 1 === settings.leaves) {
        if (hist) free.push(hist)
        open.push({ node: left, hist: null, best: null }, { node: right, hist: null, best: null })
        break
      }
      const [small, large] = left.to - left.from <= right.to - right.from ? [left, right] : [right, left]
      const smallHist = free.pop() ?? null
      const counted = smallHist ?? passing
      await count(small, counted)
      const smallOpen: Open = { node: small, hist: smallHist, best: bestSplit(small, counted, scales) }
      if (hist) kernel.subtract(hist.byteOffset, counted.byteOffset, stride)
      else await count(large, passing)
      const largeOpen: Open = { node: large, hist, best: bestSplit(large, hist ?? passing, scales) }
      open.push(...(small === left ? [smallOpen, largeOpen] : [largeOpen, smallOpen]))
    }
    for (const { hist } of open) if (hist && hist !== passing) free.push(hist)
    return { root, leaves: open.map(({ node }) => node) }
  }

  return { order, held, grow }
}

/** The first of those that gain most. */
function pickBest<T extends { best: Split | null }>(open: readonly T[]): T | null {
  let best: T | null = null
  for (const each of open) if (each.best && each.best.gain > (best?.best?.gain ?? 0)) best = each
  return best
}

function numberSplit(gain: number, found: Int32Array, hist: Int32Array, sums: Sums): Split {
  const [, , column = 0, bin = 0, side = 0, g = 0, h = 0, rows = 0] = found
  const missingRows = hist[column * 1_024 + missingBin * 4 + 2] ?? 0
  const missingLeft = missingRows > 0 ? side === 1 : rows * 2 > sums.rows
  return { kind: 'number', gain, column, bin, missingLeft, left: { g, h, rows } }
}

function fillTable(goesLeft: Uint8Array, split: Split): void {
  goesLeft.fill(0)
  if (split.kind === 'number') goesLeft.fill(1, 0, split.bin + 1)
  else for (const code of split.codes) goesLeft[code] = 1
  goesLeft[missingBin] = split.missingLeft ? 1 : 0
}

/** Sums over all rows: any column has them all. */
function sumColumn(hist: Int32Array): { g: number; h: number } {
  let [g, h] = [0, 0]
  for (let bin = 0; bin <= missingBin; bin++) {
    g += hist[bin * 4] ?? 0
    h += hist[bin * 4 + 1] ?? 0
  }
  return { g, h }
}

/** After a monotone split no value on the lower side may pass the middle between both, as in LightGBM and scikit-learn. */
function boundsBelow(
  { floor, ceiling }: GrownNode,
  left: Sums,
  right: Sums,
  { l2, monotone }: GrowSettings,
  column: number,
  { gScale, hScale }: { gScale: number; hScale: number },
) {
  const sign = monotone[column] ?? 0
  const same = { floor, ceiling }
  if (sign === 0) return { left: same, right: same }
  const stepOf = ({ g, h }: Sums) => Math.min(ceiling, Math.max(floor, (-g * gScale) / (h * hScale + l2)))
  const middle = (stepOf(left) + stepOf(right)) / 2
  const [low, high] = [
    { floor, ceiling: middle },
    { floor: middle, ceiling },
  ]
  return sign > 0 ? { left: low, right: high } : { left: high, right: low }
}
