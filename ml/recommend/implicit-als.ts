import type { Rows } from '#ml/estimators/contract'
import type { Pace } from '#ml/estimators/pace'
import { seededRandom } from '#ml/estimators/random'
import { addAt, dotAt, smallestDivisor } from '#ml/models/factors'
import { itemMajor } from './item-major'

export type AlsSettings = {
  factors: number
  alpha: number
  regularisation: number
  iterations: number
  /** Steps of conjugate gradients per solve; with as many as there are factors each solve is exact. */
  steps: number
}

export type AlsFit = {
  /** [items][factors] */
  items: Float64Array
  /** The objective after each iteration; it never rises. */
  objective: number[]
}

/** Where factors of items start; those of users start at 0. */
const startSize = 0.1

/**
 * Alternating least squares for implicit feedback (Hu, Koren and Volinsky 2008), each solve by some steps of conjugate
 * gradients from the factors before (Takacs, Pilaszy and Tikk 2011). Minimises
 * sum over users u of weight_u (sum over all items i of c (p - x_u y_i)^2 + regularisation |x_u|^2) + regularisation sum |y_i|^2,
 * p = 1 and c = 1 + alpha * value where the user had the item, else p = 0 and c = 1. The same seed gives the same factors.
 */
export async function fitAls(
  rows: Rows,
  settings: AlsSettings,
  { seed, pace, onIteration }: { seed: number; pace: Pace; onIteration?: ((iteration: number) => void) | undefined },
): Promise<AlsFit> {
  const { x, weights } = rows
  const { factors, iterations } = settings
  const random = seededRandom(seed)
  const items = Float64Array.from({ length: x.terms * factors }, () => (random() - 0.5) * startSize)
  const users = new Float64Array(x.rows * factors)
  const { users: others, ...byItem } = itemMajor(x)
  const userSide: Side = { ptr: x.ptr, others: x.ids, values: x.values, own: users, their: items, weights: null }
  // a user of weight 2 pulls at an item as two users do
  const itemSide: Side = { ...byItem, others, own: items, their: users, weights }
  const objective: number[] = []
  for (let iteration = 0; iteration < iterations; iteration++) {
    await solveSide(userSide, settings, pace)
    await solveSide(itemSide, settings, pace)
    objective.push(await objectiveOf(rows, users, items, settings, pace))
    onIteration?.(iteration + 1)
  }
  return { items, objective }
}

/** The sum of y y' over rows of [rows][size], and the regularisation on its diagonal: [size][size]. */
export function gramOfFactors(
  rows: Float64Array | Float32Array,
  size: number,
  regularisation: number,
  weights: Float64Array | null = null,
): Float64Array {
  const gram = new Float64Array(size * size)
  for (let at = 0, row = 0; at < rows.length; at += size, row++) {
    const weight = weights?.[row] ?? 1
    for (let f = 0; f < size; f++) {
      const value = weight * (rows[at + f] ?? 0)
      const line = f * size
      for (let g = 0; g < size; g++) gram[line + g] = (gram[line + g] ?? 0) + value * (rows[at + g] ?? 0)
    }
  }
  for (let f = 0; f < size; f++) gram[f * size + f] = (gram[f * size + f] ?? 0) + regularisation
  return gram
}

/** One of users and items, whose factors are solved for while those of the others stand still. */
type Side = {
  /** Interactions of each row: with whom, and how strong. */
  ptr: Int32Array
  others: Int32Array
  values: Float32Array
  /** [rows][factors] */
  own: Float64Array
  their: Float64Array
  /** Of the others; null when all weigh 1. */
  weights: Float64Array | null
}

/** Moves each row towards the solution for it. */
async function solveSide(side: Side, settings: AlsSettings, pace: Pace): Promise<void> {
  const { factors, regularisation } = settings
  const gram = gramOfFactors(side.their, factors, regularisation, side.weights)
  await pace.pause()
  const scratch = { residual: new Float64Array(factors), direction: new Float64Array(factors), product: new Float64Array(factors) }
  for (let row = 0; row < side.ptr.length - 1; row++) {
    solveRow(side, row, gram, settings, scratch)
    const entries = (side.ptr[row + 1] ?? 0) - (side.ptr[row] ?? 0)
    if (pace.isDue((settings.steps + 1) * factors * (factors + 2 * entries))) await pace.pause()
  }
}

type Scratch = { residual: Float64Array; direction: Float64Array; product: Float64Array }

function solveRow(side: Side, row: number, gram: Float64Array, { factors, alpha, steps }: AlsSettings, scratch: Scratch): void {
  const { residual, direction, product } = scratch
  const x = side.own.subarray(row * factors, (row + 1) * factors)
  residual.fill(0)
  addGram(residual, -1, gram, x)
  addEntries(residual, side, row, alpha, x, { ofOne: 1, ofProduct: -1 })
  direction.set(residual)
  let left = dotAt(residual, residual, 0)
  for (let step = 0; step < steps && left > smallestDivisor; step++) {
    product.fill(0)
    addGram(product, 1, gram, direction)
    addEntries(product, side, row, alpha, direction, { ofOne: 0, ofProduct: 1 })
    const rate = left / Math.max(dotAt(direction, product, 0), smallestDivisor)
    addAt(x, rate, direction, 0)
    addAt(residual, -rate, product, 0)
    const next = dotAt(residual, residual, 0)
    const keep = next / left
    for (let f = 0; f < factors; f++) direction[f] = (residual[f] ?? 0) + keep * (direction[f] ?? 0)
    left = next
  }
}

/** sum += factor * gram x */
function addGram(sum: Float64Array, factor: number, gram: Float64Array, x: Float64Array): void {
  for (let f = 0; f < sum.length; f++) sum[f] = (sum[f] ?? 0) + factor * dotAt(x, gram, f * sum.length)
}

/** Adds the factors y of a row's entries, each times its weight times (ofOne * confidence + ofProduct * (confidence - 1) * y x). */
function addEntries(
  sum: Float64Array,
  { ptr, others, values, their, weights }: Side,
  row: number,
  alpha: number,
  x: Float64Array,
  { ofOne, ofProduct }: { ofOne: number; ofProduct: number },
): void {
  for (let j = ptr[row] ?? 0, end = ptr[row + 1] ?? 0; j < end; j++) {
    const other = others[j] ?? 0
    const surer = alpha * (values[j] ?? 0)
    const factor = ofOne * (1 + surer) + ofProduct * surer * dotAt(x, their, other * x.length)
    addAt(sum, factor * (weights?.[other] ?? 1), their, other * x.length)
  }
}

/** What fitAls minimises; the items without interactions of a user come in through the gram matrix. */
async function objectiveOf(
  { x, weights }: Rows,
  users: Float64Array,
  items: Float64Array,
  { factors, alpha, regularisation }: AlsSettings,
  pace: Pace,
): Promise<number> {
  const gram = gramOfFactors(items, factors, regularisation)
  const product = new Float64Array(factors)
  let total = regularisation * items.reduce((sum, value) => sum + value * value, 0)
  for (let user = 0; user < x.rows; user++) {
    const own = users.subarray(user * factors, (user + 1) * factors)
    product.fill(0)
    addGram(product, 1, gram, own)
    let loss = dotAt(own, product, 0)
    for (let j = x.ptr[user] ?? 0, end = x.ptr[user + 1] ?? 0; j < end; j++) {
      const score = dotAt(own, items, (x.ids[j] ?? 0) * factors)
      loss += (1 + alpha * (x.values[j] ?? 0)) * (1 - score) ** 2 - score ** 2
    }
    total += (weights?.[user] ?? 1) * loss
    if (pace.isDue(factors * (factors + (x.ptr[user + 1] ?? 0) - (x.ptr[user] ?? 0)))) await pace.pause()
  }
  return total
}
