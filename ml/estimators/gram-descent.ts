import type { SparseRows } from '#ml/features/sparse-rows'
import type { Pace } from './pace'

/** More terms than these would need too much memory for all their pairs. */
const mostTerms = 1_000

/** True when the products of all pairs of terms are fewer than the stored values: then a pass over them is the cheaper one. */
export const suitsGram = (x: SparseRows): boolean => x.terms <= mostTerms && x.terms ** 2 <= x.ids.length

/** Least squares with the rows summed away; all sums are weighted, all columns centred. */
export type Gram = {
  terms: number
  /** [terms][terms] Products of pairs of columns. */
  products: Float64Array
  /** [terms] Products of columns and target. */
  pulls: Float64Array
  /** Sum of squares of the target. */
  squares: number
}

/** `y` centred, `centres` about the means of columns (taken off first, for their digits). */
export async function gramOf(x: SparseRows, y: Float64Array, weights: Float64Array, centres: Float64Array, pace: Pace): Promise<Gram> {
  const { terms } = x
  const products = new Float64Array(terms * terms)
  const [pulls, sums] = [new Float64Array(terms), new Float64Array(terms)]
  let [squares, total] = [0, 0]
  const own = new Float64Array(terms)
  for (let row = 0; row < x.rows; row++) {
    const from = x.ptr[row] ?? 0
    const end = x.ptr[row + 1] ?? 0
    const weight = weights[row] ?? 0
    const target = y[row] ?? 0
    total += weight
    squares += weight * target * target
    for (let j = from; j < end; j++) own[j - from] = (x.values[j] ?? 0) - (centres[x.ids[j] ?? 0] ?? 0)
    for (let j = from; j < end; j++) {
      const term = x.ids[j] ?? 0
      const value = weight * (own[j - from] ?? 0)
      sums[term] = (sums[term] ?? 0) + value
      pulls[term] = (pulls[term] ?? 0) + value * target
      for (let i = from; i <= j; i++) {
        const at = term * terms + (x.ids[i] ?? 0)
        products[at] = (products[at] ?? 0) + value * (own[i - from] ?? 0)
      }
    }
    if (pace.isDue((end - from) ** 2 + 8)) await pace.pause()
  }
  completePairs(products, sums, total)
  return { terms, products, pulls, squares }
}

/** Each pair was summed in the order of its row only: both halves are joined, and the means taken off. */
function completePairs(products: Float64Array, sums: Float64Array, total: number): void {
  const terms = sums.length
  for (let a = 0; a < terms; a++) {
    for (let b = 0; b <= a; b++) {
      const half = a === b ? 0 : (products[b * terms + a] ?? 0)
      const raw = (products[a * terms + b] ?? 0) + half
      const shift = ((sums[a] ?? 0) * (sums[b] ?? 0)) / total
      // what is left of a constant column is rounding
      const value = a === b && !(raw - shift > 1e-12 * raw) ? 0 : raw - shift
      products[a * terms + b] = value
      products[b * terms + a] = value
    }
  }
}

export type GramDescent = {
  l1: number
  l2: number
  /** Stops at such a duality gap, as a share of the sum of squares of the target. */
  tolerance: number
  /** At most so many passes over the pairs. */
  most: number
  pace: Pace
  onPass?: ((passes: number, meanSquares: number) => void) | undefined
}

/** Passes between two looks at the duality gap. */
const passesPerLook = 10

/**
 * Coordinate descent with covariance updates (Friedman, Hastie and Tibshirani 2010, section 2.2): minimises half the sum
 * of squares + l1 |w|_1 + l2 |w|^2 / 2. `gap` is the duality gap as a share of the target's sum of squares.
 */
export async function descendGram(gram: Gram, settings: GramDescent): Promise<{ w: Float64Array; passes: number; gap: number }> {
  const { terms, products, pulls, squares } = gram
  const { l1, l2, tolerance, most, pace, onPass } = settings
  const w = new Float64Array(terms)
  const slopes = pulls.map((pull) => -pull)
  let passes = 0
  for (;;) {
    const { gap, left } = lookAt(gram, w, slopes, settings)
    onPass?.(passes, left)
    if (gap <= tolerance * squares || passes >= most) return { w, passes, gap: squares > 0 ? gap / squares : 0 }
    const until = Math.min(most, passes + passesPerLook)
    while (passes < until) {
      passes += 1
      for (let term = 0; term < terms; term++) {
        const spread = products[term * terms + term] ?? 0
        if (spread === 0) continue
        const weight = w[term] ?? 0
        const pull = spread * weight - (slopes[term] ?? 0)
        const next = pull > l1 ? (pull - l1) / (spread + l2) : pull < -l1 ? (pull + l1) / (spread + l2) : 0
        const move = next - weight
        if (move === 0) continue
        w[term] = next
        const at = term * terms
        for (let other = 0; other < terms; other++) slopes[other] = (slopes[other] ?? 0) + move * (products[at + other] ?? 0)
      }
      if (pace.isDue(terms * terms)) await pace.pause()
    }
  }
}

/** The duality gap as in linear-regression.ts, from sums alone; `left` is the sum of squares that is left. */
function lookAt({ pulls, squares }: Gram, w: Float64Array, slopes: Float64Array, { l1, l2 }: GramDescent): { gap: number; left: number } {
  let [steepest, explained, cross, absolute, square] = [0, 0, 0, 0, 0]
  for (const [term, weight] of w.entries()) {
    steepest = Math.max(steepest, Math.abs((slopes[term] ?? 0) + l2 * weight))
    explained += weight * (pulls[term] ?? 0)
    cross += weight * (slopes[term] ?? 0)
    absolute += Math.abs(weight)
    square += weight * weight
  }
  const scale = steepest > l1 ? l1 / steepest : 1
  const left = squares - explained + cross
  return { gap: ((1 + scale ** 2) * (left + l2 * square)) / 2 + l1 * absolute - scale * (squares - explained), left }
}
