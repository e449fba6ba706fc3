import { AppError } from '#core/errors/app-error'
import type { SparseRows } from '#ml/features/sparse-rows'
import type { BinningKernel } from '#ml/kernels/binning-kernel'
import { pause } from '#ml/pipeline/pause'

/** Bins of one column are 0 to 254; 255 is a missing value. */
export const missingBin = 255
const mostBins = 255
/** Quantiles of more rows than these say nothing new; scikit-learn's bin mapper looks at as many. */
const sampledRows = 200_000
const mostColumns = 4_096
/** Columns that are laid out at a time, so that a wide table is not held twice. */
const columnsAtATime = 16

export type BinnedColumn = {
  /** Values up to edges[b] fall into bin b; one fewer than there are bins. Empty for categories. */
  edges: Float32Array
  bins: number
  /** Codes are their own bins; a split is a set of them. */
  isCategory: boolean
}

/** Rows as small whole numbers, [rows][stride] in a kernel's memory. */
export type BinnedRows = {
  rows: number
  stride: number
  cells: Uint8Array
  columns: BinnedColumn[]
  /** Of number columns; '' for others. */
  names: string[]
}

/** Bytes of kernel memory that `binColumns` asks for. */
export function binningBytes(x: SparseRows): number {
  return x.rows * (strideOf(x.terms) + 4 * columnsAtATime) + sampledRows * 8 + 65_536
}

/** Columns of a row, rounded up as the kernel wants them. */
export const strideOf = (columns: number) => Math.ceil(columns / 4) * 4

/**
 * Cuts each term into at most 255 bins: borders lie half-way between distinct values, at the quantiles when there are
 * more, as scikit-learn's HistGradientBoosting does. Rows beyond the first 200,000 are sampled evenly to find borders. Throws
 * AppError for more than 4,096 terms or a category of more than 255 codes.
 */
export async function binColumns(kernel: BinningKernel, x: SparseRows, signal?: AbortSignal): Promise<BinnedRows> {
  refuseTooWide(x)
  const stride = strideOf(x.terms)
  const cells = kernel.bytes(x.rows * stride)
  const values = kernel.floats(x.rows * columnsAtATime)
  const sample = kernel.floats(Math.min(x.rows, sampledRows))
  const scratch = kernel.floats(sample.length)
  const counts = kernel.words(3 * 2_048)
  const edges = kernel.floats(mostBins)
  const columns: BinnedColumn[] = []
  for (let from = 0; from < x.terms; from += columnsAtATime) {
    const width = Math.min(columnsAtATime, x.terms - from)
    layOut(x, from, width, values)
    for (let i = 0; i < width; i++) {
      await pause(signal)
      const column = values.subarray(i * x.rows, (i + 1) * x.rows)
      const codes = x.codes?.[from + i] ?? 0
      const sorted = codes > 0 ? sample.subarray(0, 0) : sampleOf(column, sample)
      kernel.sortFloats(sorted.byteOffset, scratch.byteOffset, counts.byteOffset, sorted.length)
      const borders = codes > 0 ? Float32Array.from({ length: codes - 1 }, (_, code) => code) : bordersOf(sorted)
      edges.fill(Number.POSITIVE_INFINITY)
      edges.set(borders)
      kernel.binColumn(column.byteOffset, edges.byteOffset, cells.byteOffset + from + i, stride, x.rows)
      columns.push({ edges: borders, bins: borders.length + 1, isCategory: codes > 0 })
    }
  }
  const names = columns.map(({ isCategory }, term) => (isCategory ? '' : (x.nameOf?.(term) ?? '')))
  return { rows: x.rows, stride, cells, columns, names }
}

/** Terms [from, from + width) as whole columns, one after the other; terms that a row does not have are 0. */
function layOut(x: SparseRows, from: number, width: number, values: Float32Array): void {
  values.fill(0, 0, width * x.rows)
  for (let row = 0; row < x.rows; row++) {
    for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) {
      const column = (x.ids[j] ?? 0) - from
      if (column >= 0 && column < width) values[column * x.rows + row] = x.values[j] ?? 0
    }
  }
}

/** The column's values, or evenly spaced ones of them, without the missing. */
function sampleOf(column: Float32Array, sample: Float32Array): Float32Array {
  const step = column.length / sample.length
  let used = 0
  for (let i = 0; i < sample.length; i++) {
    const value = column[Math.floor(i * step)] ?? Number.NaN
    // -0 and 0 are one value, but not one pattern of bits
    if (!Number.isNaN(value)) sample[used++] = value + 0
  }
  return sample.subarray(0, used)
}

/** Borders between bins, ascending, of sorted values. */
export function bordersOf(sorted: Float32Array): Float32Array {
  let distinct = 0
  for (let i = 0; i < sorted.length && distinct <= mostBins; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) distinct += 1
  const borders: number[] = []
  if (distinct <= mostBins) {
    for (let i = 1; i < sorted.length; i++) if (sorted[i] !== sorted[i - 1]) borders.push(between(sorted[i - 1] ?? 0, sorted[i] ?? 0))
    return Float32Array.from(borders)
  }
  for (let bin = 1; bin < mostBins; bin++) {
    // as numpy's percentile(method='midpoint')
    const at = (bin * (sorted.length - 1)) / mostBins
    const border = between(sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0)
    if (border > (borders.at(-1) ?? Number.NEGATIVE_INFINITY)) borders.push(border)
  }
  return Float32Array.from(borders)
}

/** A float32 from `below` up to, not including, `above`. */
function between(below: number, above: number): number {
  const middle = Math.fround(below + (above - below) / 2)
  return middle < above ? middle : below
}

function refuseTooWide(x: SparseRows): void {
  if (x.terms > mostColumns) {
    throw new AppError('too_large', {
      detail: `Trees look at every feature in every row: ${x.terms.toLocaleString('en')} features are too many, at most ${mostColumns.toLocaleString('en')} are allowed. Lower "most terms" of the text features, or train logistic regression, which is made for text.`,
      hint: { param: 'maxTerms' },
    })
  }
  const wide = x.codes?.findIndex((codes) => codes > mostBins) ?? -1
  if (wide < 0) return
  throw new AppError('bad_params', {
    detail: `A category as codes holds at most ${mostBins} values, and one has ${x.codes?.[wide]}: lower "Keep at most" of the category features, or make them one-hot.`,
    hint: { param: 'maxValues' },
  })
}
