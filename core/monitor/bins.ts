import type { PredictRow, Reference } from '#core/model/signature'

/**
 * How a column is cut into bins, once for the training reference and once a row for live traffic: the same code, so
 * that the two can be compared.
 *
 * Number and length columns: `edges` has one more entry than `counts`; bin i covers [edges[i], edges[i + 1]), and the
 * outer two are open, so that no live value falls beside. Category columns: one bin a value, and a last one for all
 * others.
 */

export type ReferenceColumn = Reference['columns'][number]

/** The name under which the answers stand among the columns; no column of a table may be called so. */
export const predictionName = '(prediction)'

/** The smallest double above `value`. */
export function nextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE
  const bits = new BigInt64Array(1)
  const float = new Float64Array(bits.buffer)
  float[0] = value
  bits[0] = (bits[0] ?? 0n) + (value > 0 ? 1n : -1n)
  return float[0]
}

/**
 * Cuts training values (missing ones left out) at their deciles. A value that fills a decile by itself gets a bin of its
 * own, so that a column that is constant in training is seen to leave its constant to either side.
 */
export function cutAtDeciles(values: ArrayLike<number>): { edges: number[]; counts: number[] } {
  const sorted = new Float64Array(values).sort()
  const lowest = sorted[0]
  const highest = sorted[sorted.length - 1]
  if (lowest === undefined || highest === undefined) return { edges: [0, 0], counts: [0] }
  const deciles = Array.from({ length: 9 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / 10)] ?? highest)
  const inner = new Set<number>()
  for (const [i, decile] of deciles.entries()) {
    inner.add(decile)
    if (decile === (deciles[i - 1] ?? lowest)) inner.add(nextUp(decile))
  }
  const cuts = [...inner].sort((a, b) => a - b)
  const edges = [Math.min(lowest, cuts[0] ?? lowest), ...cuts, Math.max(highest, cuts.at(-1) ?? highest)]
  const counts = new Array<number>(edges.length - 1).fill(0)
  // ascending values never go back a bin
  let bin = 0
  for (let i = 0; i < sorted.length; i++) {
    while (bin < counts.length - 1 && (sorted[i] ?? 0) >= (edges[bin + 1] ?? 0)) bin += 1
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return { edges, counts }
}

/** The bin of a number; the outer bins are open. Binary search: `edges` ascends. */
export function binOfNumber(edges: readonly number[], value: number): number {
  let low = 1
  let high = edges.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (value < (edges[middle] ?? Number.POSITIVE_INFINITY)) high = middle
    else low = middle + 1
  }
  return low - 1
}

/**
 * The number below which the share `q` of binned numbers lies, read linearly within a bin; null without any. What lies
 * beyond the outer edges counts as if it lay in the outer bins.
 */
export function quantileOfBins(edges: readonly number[], counts: readonly number[], q: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  const target = Math.min(1, Math.max(0, q)) * total
  let before = 0
  for (const [i, count] of counts.entries()) {
    const [from, to] = [edges[i] ?? 0, edges[i + 1] ?? 0]
    if (count > 0 && before + count >= target) return from + ((to - from) * (target - before)) / count
    before += count
  }
  return edges.at(-1) ?? null
}

/** Length of a text in words: runs of characters between white space. */
export function countWords(text: string): number {
  let words = 0
  let inside = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const isSpace = code === 32 || (code >= 9 && code <= 13) || code === 0xa0
    if (!isSpace && !inside) words += 1
    inside = !isSpace
  }
  return words
}

/** Length of a list in entries: repeats count, empty ones do not. */
export const countEntries = (text: string, separator: string): number => text.split(separator).filter((entry) => entry !== '').length

/** The reference counts of a column, in the order of its bins. */
export function referenceCounts(column: ReferenceColumn): number[] {
  return column.kind === 'category' ? [...column.values.map((v) => v.count), column.other] : column.counts
}

/** A column made ready for binning many rows. */
export type ColumnBinner = {
  /** Of an input column, or `predictionName` for the number that a regressor answers. */
  name: string
  bins: number
  /** The bin of a raw value; -1 when it is missing. */
  binOf(value: PredictRow[string] | undefined): number
}

/** Prepares the columns of a training reference for binning; do it once per loaded model. */
export function columnBinners(reference: Reference): ColumnBinner[] {
  const inputs = reference.columns.map((column): ColumnBinner => {
    const { name } = column
    if (column.kind === 'category') {
      const indexes = new Map(column.values.map((v, i) => [v.value, i]))
      const other = column.values.length
      return { name, bins: other + 1, binOf: (value) => (isMissing(value) ? -1 : (indexes.get(String(value)) ?? other)) }
    }
    if (column.kind === 'number') return orderedBinner(name, column.edges, Number)
    const { separator } = column
    return orderedBinner(name, column.edges, (value) =>
      separator === undefined ? countWords(String(value)) : countEntries(String(value), separator),
    )
  })
  return reference.task === 'regression' ? [...inputs, orderedBinner(predictionName, reference.values.edges, Number)] : inputs
}

function orderedBinner(name: string, edges: readonly number[], measure: (value: unknown) => number): ColumnBinner {
  return {
    name,
    bins: Math.max(1, edges.length - 1),
    binOf: (value) => {
      if (isMissing(value)) return -1
      const number = measure(value)
      return Number.isNaN(number) ? -1 : binOfNumber(edges, number)
    },
  }
}

function isMissing(value: PredictRow[string] | undefined): boolean {
  return value === null || value === undefined || value === '' || (typeof value === 'number' && Number.isNaN(value))
}
