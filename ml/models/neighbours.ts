import type { SparseRows } from '#ml/features/sparse-rows'
import { arrangeRows } from '#ml/features/steady-terms'
import { countVotes, type VoteSettings } from './vote'

/** The training rows themselves; the nearest ones vote. */
export type NeighbourModel = VoteSettings & {
  shape: 'neighbours'
  /** [terms][count]: one training row per column, less `shift`; products with a query then run along memory. */
  rows: Float32Array
  /** [count]: class of each row. */
  labels: Int32Array
  count: number
  metric: 'euclidean' | 'cosine'
  /** [terms]: taken from rows and queries, so that squares stay small; 0 but for steady terms. */
  shift: Float32Array
  /** Terms that every training row held, ascending; none for cosine. */
  steady: Int32Array
  terms: number
}

/** Larger values count as this: their squares and sums stay finite. */
export const largestValue = 1e30
/** Stands for the length of a row without any value, so that its cosine with all others is 0. */
export const smallestSquare = 1e-300

/** Queries that share a stretch of training rows while it is in the processor's cache. */
const queriesPerBlock = 8
const rowsPerStretch = 1_024

/**
 * Logarithms of smoothed vote shares, [rows][outputs] row-major; see countVotes. Every training row is looked at. Distances are
 * computed in double precision as |q|^2 - 2 q.t + |t|^2 and rounded to float32. Cosine is half the squared
 * distance of the rows brought to length 1; a row of zeros has distance 1 from all.
 */
export function neighbourScores(model: NeighbourModel, x: SparseRows): Float32Array {
  const { count, outputs, metric } = model
  const queries = arrangeRows(x, model.steady, model.shift)
  for (const [i, value] of queries.values.entries()) queries.values[i] = bounded(value)
  const squares = trainingSquares(model)
  const scores = new Float32Array(x.rows * outputs)
  const products = Array.from({ length: queriesPerBlock }, () => new Float64Array(count))
  const distances = new Float32Array(count)
  for (let from = 0; from < x.rows; from += queriesPerBlock) {
    const to = Math.min(x.rows, from + queriesPerBlock)
    multiply(model, queries, from, to, products)
    for (let row = from; row < to; row++) {
      const square = squareOf(queries, row)
      const product = products[row - from] ?? new Float64Array(0)
      const inverse = 1 / Math.sqrt(Math.max(square, smallestSquare))
      for (let t = 0; t < count; t++) {
        const other = squares[t] ?? 0
        const between =
          metric === 'cosine'
            ? 2 - (2 * inverse * (product[t] ?? 0)) / Math.sqrt(Math.max(other, smallestSquare))
            : square - 2 * (product[t] ?? 0) + other
        distances[t] = Math.sqrt(Math.max(0, between))
      }
      const reach = metric === 'cosine' ? 1 : Math.sqrt(square)
      scores.set(countVotes(model, distances, Math.fround(reach), metric === 'cosine'), row * outputs)
    }
  }
  return scores
}

export const bounded = (value: number): number => Math.max(-largestValue, Math.min(largestValue, value))

/** [count]: squared length of each training row, summed term by term. */
export function trainingSquares({ rows, count, terms }: NeighbourModel): Float64Array {
  const squares = new Float64Array(count)
  for (let term = 0; term < terms; term++) {
    const at = term * count
    for (let t = 0; t < count; t++) squares[t] = (squares[t] ?? 0) + (rows[at + t] ?? 0) ** 2
  }
  return squares
}

function squareOf({ ptr, values }: SparseRows, row: number): number {
  let sum = 0
  for (let j = ptr[row] ?? 0, end = ptr[row + 1] ?? 0; j < end; j++) sum += (values[j] ?? 0) ** 2
  return sum
}

/** Products of queries `from` to `to` with all training rows, a query per array. */
function multiply({ rows, count }: NeighbourModel, queries: SparseRows, from: number, to: number, products: Float64Array[]): void {
  for (const product of products) product.fill(0)
  for (let start = 0; start < count; start += rowsPerStretch) {
    const stop = Math.min(count, start + rowsPerStretch)
    for (let row = from; row < to; row++) {
      const product = products[row - from] ?? new Float64Array(0)
      for (let j = queries.ptr[row] ?? 0, end = queries.ptr[row + 1] ?? 0; j < end; j++) {
        const value = queries.values[j] ?? 0
        const at = (queries.ids[j] ?? 0) * count
        for (let t = start; t < stop; t++) product[t] = (product[t] ?? 0) + value * (rows[at + t] ?? 0)
      }
    }
  }
}
