import { seededRandom, shuffle } from '#ml/estimators/random'

export type ColumnShares = {
  /** [outputs]: the value with every column unknown, and with all known. */
  base: Float64Array
  full: Float64Array
  /** [columns][outputs]: what each column adds; base plus all of them is full. */
  parts: Float64Array
  /** [columns][outputs]: standard error of each part; null when they are exact. */
  errors: Float64Array | null
}

/** Up to so many columns every subset is asked about: 1,024 rows. */
const mostExact = 10
/** Rows that are asked about otherwise, in pairs of orders: an order of columns and its reverse. */
const sampledRows = 2_000
const fewestPairs = 8

/**
 * Shapley values of columns for any function of which columns are known. `ask` gets subsets as [columns] of 0 and 1, one
 * after another, and returns [subsets][outputs]. Up to 10 columns exactly, by the definition (Shapley 1953). With more, as means
 * over random orders of the columns (Štrumbelj & Kononenko 2014, "Explaining prediction models and individual predictions
 * with feature contributions", algorithm 1), each beside its reverse (Mitchell et al. 2022, "Sampling permutations for
 * Shapley value estimation", section 3.1), with their standard errors; the sum is exact all the same.
 */
export async function columnShapley(
  columns: number,
  outputs: number,
  { ask, seed }: { ask(subsets: Uint8Array): Promise<ArrayLike<number>>; seed: number },
): Promise<ColumnShares> {
  return columns <= mostExact ? overAllSubsets(columns, outputs, ask) : overOrders(columns, outputs, ask, seed)
}

type Ask = (subsets: Uint8Array) => Promise<ArrayLike<number>>

async function overAllSubsets(columns: number, outputs: number, ask: Ask): Promise<ColumnShares> {
  const subsets = 2 ** columns
  const asked = new Uint8Array(subsets * columns)
  for (let mask = 0; mask < subsets; mask++) for (let i = 0; i < columns; i++) asked[mask * columns + i] = (mask >> i) & 1
  const values = await ask(asked)
  // of the orders of all columns, the share in which a subset of that size comes before a column: s! (n - s - 1)! / n!
  const shares = new Float64Array(columns)
  for (let size = 0; size < columns; size++) shares[size] = 1 / (columns * choose(columns - 1, size))
  const parts = new Float64Array(columns * outputs)
  for (let mask = 0; mask < subsets; mask++) {
    const share = shares[countOf(mask)] ?? 0
    for (let i = 0; i < columns; i++) {
      if ((mask >> i) & 1) continue
      const having = mask | (1 << i)
      for (let k = 0; k < outputs; k++) {
        const gain = (values[having * outputs + k] ?? 0) - (values[mask * outputs + k] ?? 0)
        parts[i * outputs + k] = (parts[i * outputs + k] ?? 0) + share * gain
      }
    }
  }
  return { base: rowOf(values, 0, outputs), full: rowOf(values, subsets - 1, outputs), parts, errors: null }
}

async function overOrders(columns: number, outputs: number, ask: Ask, seed: number): Promise<ColumnShares> {
  const pairs = Math.max(fewestPairs, Math.floor(sampledRows / (2 * (columns - 1))))
  const random = seededRandom(seed)
  const orders = Array.from({ length: pairs }, () => {
    const order = Int32Array.from({ length: columns }, (_, i) => i)
    shuffle(order, random)
    return [order, order.slice().reverse()] as const
  }).flat()
  // none known, then each order's columns one by one, the last of which makes all known
  const asked = new Uint8Array((1 + orders.length * columns) * columns)
  for (const [o, order] of orders.entries()) {
    for (const [step, column] of order.entries()) {
      const at = (1 + o * columns + step) * columns
      if (step > 0) asked.copyWithin(at, at - columns, at)
      asked[at + column] = 1
    }
  }
  const values = await ask(asked)
  const sums = new Float64Array(columns * outputs)
  const squares = new Float64Array(columns * outputs)
  for (let pair = 0; pair < pairs; pair++) {
    const means = new Float64Array(columns * outputs)
    for (const o of [2 * pair, 2 * pair + 1]) {
      for (const [step, column] of (orders[o] ?? new Int32Array()).entries()) {
        const after = 1 + o * columns + step
        const before = step === 0 ? 0 : after - 1
        for (let k = 0; k < outputs; k++) {
          const gain = (values[after * outputs + k] ?? 0) - (values[before * outputs + k] ?? 0)
          means[column * outputs + k] = (means[column * outputs + k] ?? 0) + gain / 2
        }
      }
    }
    for (const [i, mean] of means.entries()) {
      sums[i] = (sums[i] ?? 0) + mean
      squares[i] = (squares[i] ?? 0) + mean * mean
    }
  }
  const parts = sums.map((sum) => sum / pairs)
  const errors = squares.map((square, i) => Math.sqrt(Math.max(0, square / pairs - (parts[i] ?? 0) ** 2) / (pairs - 1)))
  return { base: rowOf(values, 0, outputs), full: rowOf(values, columns, outputs), parts, errors }
}

function rowOf(values: ArrayLike<number>, row: number, outputs: number): Float64Array {
  return Float64Array.from({ length: outputs }, (_, k) => values[row * outputs + k] ?? 0)
}

function countOf(mask: number): number {
  let count = 0
  for (let rest = mask; rest > 0; rest >>= 1) count += rest & 1
  return count
}

function choose(n: number, k: number): number {
  let ways = 1
  for (let i = 0; i < k; i++) ways = (ways * (n - i)) / (i + 1)
  return ways
}
