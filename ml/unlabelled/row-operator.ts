import type { SparseRows } from '#ml/features/sparse-rows'
import { pause } from '#ml/pipeline/pause'
import type { Columns } from './columns'

/** Sparse rows as a matrix A that only multiplies: each row less the mean, if wanted, times the root of its weight. */
export type RowOperator = {
  /** A times columns [terms] -> columns [rows]. */
  project(columns: Columns, signal?: AbortSignal): Promise<Columns>
  /** A transposed times columns [rows] -> columns [terms]. */
  collect(columns: Columns, signal?: AbortSignal): Promise<Columns>
  /** [terms]: what is taken from each row; 0 without centring. */
  means: Float64Array
  /** Weights of all rows. */
  mass: number
  /** Sum over terms and rows of weight * (value - mean)^2, with the mean whether or not it is taken from rows. */
  total: number
}

/** About 30 ms of work between two pauses. */
const productsPerPause = 20_000_000

export function readOperator(x: SparseRows, weights: Float64Array | null, centre: boolean): RowOperator {
  const roots = Float64Array.from({ length: x.rows }, (_, row) => Math.sqrt(weights?.[row] ?? 1))
  const { average, mass, total } = momentsOf(x, weights)
  const means = centre ? average : new Float64Array(x.terms)
  /** Columns side by side, [length][columns], so that an entry of a row reads a stretch of memory. */
  const multiply = async (from: Columns, isBack: boolean, signal?: AbortSignal): Promise<Columns> => {
    const width = from.length
    const source = sideBySide(from)
    const result = new Float64Array((isBack ? x.terms : x.rows) * width)
    // What the means add to each row, or take from all terms.
    const offset = new Float64Array(width)
    if (!isBack) accumulate(offset, source, means)
    let work = 0
    for (let row = 0; row < x.rows; row++) {
      const root = roots[row] ?? 1
      const [start, end] = [x.ptr[row] ?? 0, x.ptr[row + 1] ?? 0]
      for (let j = start; j < end; j++) {
        const term = x.ids[j] ?? 0
        const value = root * (x.values[j] ?? 0)
        const [to, at] = isBack ? [term * width, row * width] : [row * width, term * width]
        for (let c = 0; c < width; c++) result[to + c] = (result[to + c] ?? 0) + value * (source[at + c] ?? 0)
      }
      if (!isBack) for (let c = 0; c < width; c++) result[row * width + c] = (result[row * width + c] ?? 0) - root * (offset[c] ?? 0)
      work += (end - start + 1) * width
      if (work < productsPerPause) continue
      work = 0
      await pause(signal)
    }
    if (isBack) {
      accumulate(offset, source, roots)
      for (const [term, mean] of means.entries()) {
        for (let c = 0; c < width; c++) result[term * width + c] = (result[term * width + c] ?? 0) - mean * (offset[c] ?? 0)
      }
    }
    return apart(result, width)
  }
  return {
    project: (columns, signal) => multiply(columns, false, signal),
    collect: (columns, signal) => multiply(columns, true, signal),
    means,
    mass,
    total,
  }
}

/** Adds factors [length] times the matrix [length][columns] to `sums` [columns]. */
function accumulate(sums: Float64Array, matrix: Float64Array, factors: Float64Array): void {
  const width = sums.length
  for (const [i, factor] of factors.entries()) {
    for (let c = 0; c < width; c++) sums[c] = (sums[c] ?? 0) + factor * (matrix[i * width + c] ?? 0)
  }
}

function sideBySide(columns: Columns): Float64Array {
  const width = columns.length
  const matrix = new Float64Array(width * (columns[0]?.length ?? 0))
  for (const [c, column] of columns.entries()) for (let i = 0; i < column.length; i++) matrix[i * width + c] = column[i] ?? 0
  return matrix
}

function apart(matrix: Float64Array, width: number): Columns {
  return Array.from({ length: width }, (_, c) =>
    Float64Array.from({ length: matrix.length / width }, (_value, i) => matrix[i * width + c] ?? 0),
  )
}

/** Mean of each term, and the squared distances to them summed over all terms. */
function momentsOf(x: SparseRows, weights: Float64Array | null) {
  const average = new Float64Array(x.terms)
  const held = new Float64Array(x.terms)
  let mass = 0
  const eachEntry = (visit: (weight: number, term: number, value: number) => void) => {
    for (let row = 0; row < x.rows; row++) {
      for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) visit(weights?.[row] ?? 1, x.ids[j] ?? 0, x.values[j] ?? 0)
    }
  }
  for (let row = 0; row < x.rows; row++) mass += weights?.[row] ?? 1
  eachEntry((weight, term, value) => {
    average[term] = (average[term] ?? 0) + weight * value
    held[term] = (held[term] ?? 0) + weight
  })
  for (let term = 0; term < x.terms; term++) average[term] = (average[term] ?? 0) / mass
  let total = 0
  eachEntry((weight, term, value) => {
    total += weight * (value - (average[term] ?? 0)) ** 2
  })
  for (let term = 0; term < x.terms; term++) total += Math.max(0, mass - (held[term] ?? 0)) * (average[term] ?? 0) ** 2
  return { average, mass, total }
}
