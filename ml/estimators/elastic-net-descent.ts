import type { Pace } from './pace'
import type { SparseColumns } from './sparse-columns'

/** Below this share of its sum of squares, what a column adds to the intercept is rounding. */
const leastSpread = 1e-12

/**
 * A quadratic in the rows' scores under an elastic-net penalty: with d the change of the scores from where they are,
 * sum_i slopes_i d_i + curvatures_i d_i^2 / 2 + l1 |w|_1 + l2 |w|^2 / 2. The scores are x w + an intercept without penalty.
 */
export type Quadratic = {
  columns: SparseColumns
  /** [rows] At least 0. */
  curvatures: Float64Array
  /** [rows] Derivative by the row's score, at the weights as they are. */
  slopes: Float64Array
  /** [terms] Changed in place. */
  weights: Float64Array
  l1: number
  l2: number
}

/** What a look at all terms shows: where to work, and how far the weights are from a solution. */
export type Scan = {
  /** Terms whose weight is not 0 or should not be, ascending. */
  active: Int32Array
  /** Sum over terms of the distance from 0 to the subgradient. */
  violation: number
  /** Largest |derivative of the loss + l2 w| of a term. */
  steepest: number
}

/** Derivatives of the loss by each weight. Slopes must sum to 0, or the intercept's part is missing. */
export async function scanTerms({ columns, slopes, weights, l1, l2 }: Quadratic, pace: Pace): Promise<Scan> {
  const active: number[] = []
  let violation = 0
  let steepest = 0
  for (let term = 0; term < columns.terms; term++) {
    const weight = weights[term] ?? 0
    const slope = dotColumn(columns, term, slopes) + l2 * weight
    const distance = weight === 0 ? Math.max(0, Math.abs(slope) - l1) : Math.abs(slope + l1 * Math.sign(weight))
    violation += distance
    steepest = Math.max(steepest, Math.abs(slope))
    if (weight !== 0 || distance > 0) active.push(term)
    if (pace.isDue(columnWork(columns, term))) await pace.pause()
  }
  return { active: Int32Array.from(active), violation, steepest }
}

/**
 * Cyclic coordinate descent over the active terms (Friedman, Hastie and Tibshirani 2010, "Regularization paths for
 * generalized linear models via coordinate descent", section 2), until a pass moves less than `share` of what the first
 * one moved, or `most` passes. The intercept is solved for within each step, so that columns far from 0 do not slow it:
 * a column's curvature is that around its mean, and no sparse column is made dense. Changes weights and slopes in place;
 * the slopes lack the intercept's move, which is returned.
 */
export async function descend(
  quadratic: Quadratic,
  active: Int32Array,
  { share, most }: { share: number; most: number },
  pace: Pace,
): Promise<{ intercept: number; passes: number }> {
  const { columns, curvatures, slopes } = quadratic
  const state = { curvature: sumOf(curvatures), slope: sumOf(slopes), moments: new Float64Array(active.length * 2) }
  if (!(state.curvature > 0)) return { intercept: 0, passes: 0 }
  for (const [i, term] of active.entries()) {
    measureColumn(columns, term, curvatures, state.moments, i * 2)
    if (pace.isDue(columnWork(columns, term))) await pace.pause()
  }
  let passes = 0
  let first = 0
  while (passes < most) {
    passes += 1
    let moved = 0
    for (const [i, term] of active.entries()) {
      moved += step(quadratic, state, term, i * 2)
      if (pace.isDue(2 * columnWork(columns, term))) await pace.pause()
    }
    if (passes === 1) first = moved
    if (moved <= share * first) break
  }
  return { intercept: -state.slope / state.curvature, passes }
}

/** Sums over rows, and per active term the first two moments of its column under the curvatures. */
type Sums = { curvature: number; slope: number; moments: Float64Array }

/** Minimises over one weight and the intercept; returns how much of a violation that took away. */
function step({ columns, curvatures, slopes, weights, l1, l2 }: Quadratic, sums: Sums, term: number, at: number): number {
  const first = sums.moments[at] ?? 0
  const second = sums.moments[at + 1] ?? 0
  const spread = second - (first * first) / sums.curvature
  if (!(spread > leastSpread * second)) return 0
  const weight = weights[term] ?? 0
  const slope = dotColumn(columns, term, slopes) - (first * sums.slope) / sums.curvature
  const pull = spread * weight - slope
  const next = pull > l1 ? (pull - l1) / (spread + l2) : pull < -l1 ? (pull + l1) / (spread + l2) : 0
  const move = next - weight
  if (move === 0) return 0
  weights[term] = next
  const { ptr, rowIds, values } = columns
  for (let j = ptr[term] ?? 0, end = ptr[term + 1] ?? 0; j < end; j++) {
    const row = rowIds[j] ?? 0
    slopes[row] = (slopes[row] ?? 0) + move * (curvatures[row] ?? 0) * (values[j] ?? 0)
  }
  sums.slope += move * first
  return Math.abs(move) * (spread + l2)
}

/** Sum over the column's rows of value times the row's number. */
export function dotColumn({ ptr, rowIds, values }: SparseColumns, term: number, numbers: Float64Array): number {
  let sum = 0
  for (let j = ptr[term] ?? 0, end = ptr[term + 1] ?? 0; j < end; j++) sum += (values[j] ?? 0) * (numbers[rowIds[j] ?? 0] ?? 0)
  return sum
}

/** Adds a multiple of the column to the rows' numbers. */
export function addColumn({ ptr, rowIds, values }: SparseColumns, term: number, factor: number, numbers: Float64Array): void {
  for (let j = ptr[term] ?? 0, end = ptr[term + 1] ?? 0; j < end; j++) {
    const row = rowIds[j] ?? 0
    numbers[row] = (numbers[row] ?? 0) + factor * (values[j] ?? 0)
  }
}

/** Curvature of the loss by one weight once the intercept follows; 0 for a column that is constant but for rounding. */
export function columnSpread(columns: SparseColumns, term: number, curvatures: Float64Array, total: number): number {
  const moments = new Float64Array(2)
  measureColumn(columns, term, curvatures, moments, 0)
  const [first = 0, second = 0] = moments
  const spread = second - (first * first) / total
  return spread > leastSpread * second ? spread : 0
}

function measureColumn({ ptr, rowIds, values }: SparseColumns, term: number, curvatures: Float64Array, moments: Float64Array, at: number) {
  let first = 0
  let second = 0
  for (let j = ptr[term] ?? 0, end = ptr[term + 1] ?? 0; j < end; j++) {
    const value = values[j] ?? 0
    const pull = (curvatures[rowIds[j] ?? 0] ?? 0) * value
    first += pull
    second += pull * value
  }
  moments[at] = first
  moments[at + 1] = second
}

/** What visiting a column costs, against its values; a column costs something even when empty. */
export const columnWork = ({ ptr }: SparseColumns, term: number): number => (ptr[term + 1] ?? 0) - (ptr[term] ?? 0) + 8

function sumOf(numbers: Float64Array): number {
  let sum = 0
  for (const number of numbers) sum += number
  return sum
}
