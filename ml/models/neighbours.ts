import type { SparseRows } from '#ml/features/sparse-rows'
import { arrangeRows } from '#ml/features/steady-terms'
import { countVotes, type VoteSettings } from './vote'

/** The training rows themselves; the nearest ones vote. */
export type NeighbourModel = VoteSettings & {
  shape: 'neighbours'
  /** [terms][count]: a training row per column, as placeRows gives it; so products with a query run along memory. */
  rows: Float32Array
  /** [count]: squared length of each of these columns, and 1 more where the row was all zeros and the metric is cosine. */
  squares: Float64Array
  /** [count]: class of each row. */
  labels: Int32Array
  count: number
  metric: 'euclidean' | 'cosine'
  /** [terms]: taken from rows and queries, so that what they have in common does not blur their distances; 0 but for steady terms. */
  shift: Float32Array
  /** Terms that every training row held, ascending. */
  steady: Int32Array
  terms: number
}

/** Larger values count as this: their squares and sums stay finite. */
export const largestValue = 1e30
/** Squared length of a row of zeros, to divide by. */
export const smallestSquare = 1e-300

/** Queries that share a stretch of training rows while it is in the processor's cache. */
const queriesPerBlock = 8
const rowsPerStretch = 1_024

/**
 * Logarithms of smoothed vote shares, [rows][outputs] row-major; see countVotes. Every training row is looked at. Distances are
 * computed in double precision as |q|^2 - 2 q.t + |t|^2 and rounded to float32. A cosine distance is half the squared
 * distance of the rows brought to length 1; a row of zeros has distance 1 from all.
 */
export function neighbourScores(model: NeighbourModel, x: SparseRows): Float32Array {
  const { count, outputs, squares, metric } = model
  const queries = placeRows(x, model)
  const querySquares = squaresOf(queries, x, metric)
  const scores = new Float32Array(x.rows * outputs)
  const products = Array.from({ length: Math.min(queriesPerBlock, x.rows) }, () => new Float64Array(count))
  const distances = new Float32Array(count)
  for (let from = 0; from < x.rows; from += queriesPerBlock) {
    const to = Math.min(x.rows, from + queriesPerBlock)
    multiply(model, queries, from, to, products)
    for (let row = from; row < to; row++) {
      const square = querySquares[row] ?? 0
      const product = products[row - from] ?? new Float64Array(0)
      for (let t = 0; t < count; t++) distances[t] = Math.sqrt(Math.max(0, square - 2 * (product[t] ?? 0) + (squares[t] ?? 0)))
      scores.set(countVotes(model, distances, Math.fround(Math.sqrt(square)), metric === 'cosine'), row * outputs)
    }
  }
  return scores
}

/** The distance of each training row, [count], from the one row of `x`; a cosine distance is 1 - cosine. */
export function distancesTo(model: NeighbourModel, x: SparseRows): Float64Array {
  const { squares, metric } = model
  const query = placeRows(x, model)
  const square = squaresOf(query, x, metric)[0] ?? 0
  const product = new Float64Array(model.count)
  multiply(model, query, 0, 1, [product])
  return product.map((value, t) => {
    const between = Math.max(0, square - 2 * value + (squares[t] ?? 0))
    return metric === 'cosine' ? between / 2 : Math.sqrt(between)
  })
}

/** Rows as they are compared: bounded, for cosine brought to length 1, less the shift, rounded to float32. */
export function placeRows(x: SparseRows, { metric, steady, shift }: Pick<NeighbourModel, 'metric' | 'steady' | 'shift'>): SparseRows {
  const bounded = { ...x, values: x.values.map((value) => Math.max(-largestValue, Math.min(largestValue, value))) }
  const lengths = metric === 'cosine' ? sumSquares(bounded).map((square) => Math.sqrt(Math.max(square, smallestSquare))) : undefined
  return arrangeRows(bounded, steady, shift, lengths)
}

/** Squared length of each placed row, and 1 more where it was all zeros and the metric is cosine: so it is at right angles to all others. */
export function squaresOf(placed: SparseRows, x: SparseRows, metric: NeighbourModel['metric']): Float64Array {
  const squares = sumSquares(placed)
  return metric === 'euclidean' ? squares : sumSquares(x).map((before, row) => (squares[row] ?? 0) + (before === 0 ? 1 : 0))
}

function sumSquares({ rows, ptr, values }: SparseRows): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0
    for (let j = ptr[row] ?? 0, end = ptr[row + 1] ?? 0; j < end; j++) sum += (values[j] ?? 0) ** 2
    return sum
  })
}

/** Products of queries `from` to `to` with all training rows, a query per array. */
function multiply({ rows, count }: NeighbourModel, queries: SparseRows, from: number, to: number, products: Float64Array[]): void {
  for (const product of products) product.fill(0)
  for (let start = 0; start < count; start += rowsPerStretch) {
    const stop = Math.min(count, start + rowsPerStretch)
    for (let row = from; row < to; row++) {
      const product = products[row - from] ?? new Float64Array(0)
      let j = queries.ptr[row] ?? 0
      const end = queries.ptr[row + 1] ?? 0
      for (; j + 4 <= end; j += 4) addFour(product, queries, j, rows, count, start, stop)
      for (; j < end; j++) {
        const value = queries.values[j] ?? 0
        const at = (queries.ids[j] ?? 0) * count
        for (let t = start; t < stop; t++) product[t] = (product[t] ?? 0) + value * (rows[at + t] ?? 0)
      }
    }
  }
}

/** Four terms of a query at once: the sums are read and written a quarter as often. */
function addFour(
  product: Float64Array,
  { ids, values }: SparseRows,
  j: number,
  rows: Float32Array,
  count: number,
  start: number,
  stop: number,
): void {
  const [a, b, c, d] = [values[j] ?? 0, values[j + 1] ?? 0, values[j + 2] ?? 0, values[j + 3] ?? 0]
  const [atA, atB] = [(ids[j] ?? 0) * count, (ids[j + 1] ?? 0) * count]
  const [atC, atD] = [(ids[j + 2] ?? 0) * count, (ids[j + 3] ?? 0) * count]
  for (let t = start; t < stop; t++) {
    const first = (product[t] ?? 0) + a * (rows[atA + t] ?? 0) + b * (rows[atB + t] ?? 0)
    product[t] = first + c * (rows[atC + t] ?? 0) + d * (rows[atD + t] ?? 0)
  }
}
