import type { SparseRows } from '#ml/features/sparse-rows'
import { factorise, solveFactored } from './cholesky'
import type { Pace } from './pace'

/** More terms than these cost more in products of pairs than coordinate descent does in passes. */
const mostTerms = 128
/** Ends when the gradient is so much smaller than at the start. */
const settled = 1e-9

/** True when the products of all pairs of terms are fewer than the stored values. */
export const suitsNewton = (x: SparseRows): boolean => x.terms <= mostTerms && x.terms ** 2 <= x.ids.length

export type PrimalSvm = {
  x: SparseRows
  /** [rows] 1 in the class, -1 outside. */
  signs: Float64Array
  /** [rows] Twice the cost of the row. */
  costs: Float64Array
  /** [terms + 1] The bias last; begins at 0 and becomes the solution. */
  w: Float64Array
  most: number
  pace: Pace
}

/**
 * Newton's method on |w|^2 / 2 + sum_i costs_i max(0, 1 - s_i w x_i)^2 / 2 (Keerthi and DeCoste 2005, "A modified finite
 * Newton method for fast solution of large scale linear SVMs", section 4): the rows inside the margin make the Hessian,
 * and once they no longer change, one step is exact. Few terms and many rows are where coordinate descent crawls. Returns
 * false when it ran out of steps, or when rounding left the Hessian without a factor.
 */
export async function solvePrimal(problem: PrimalSvm): Promise<boolean> {
  const { x, signs, costs, w, most, pace } = problem
  const size = x.terms + 1
  const margins = new Float64Array(x.rows).fill(1)
  const hessian = new Float64Array(size * size)
  const gradient = new Float64Array(size)
  let first = 0
  for (let passes = 0; ; passes++) {
    await differentiate(problem, margins, gradient, hessian)
    const length = Math.hypot(...gradient)
    if (passes === 0) first = length
    if (length <= settled * first) return true
    if (passes >= most) return false
    if (!factorise(hessian, size)) return false
    const direction = solveFactored(
      hessian,
      gradient.map((slope) => -slope),
    )
    const moves = new Float64Array(x.rows)
    for (let row = 0; row < x.rows; row++) {
      let sum = direction[x.terms] ?? 0
      for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) sum += (x.values[j] ?? 0) * (direction[x.ids[j] ?? 0] ?? 0)
      moves[row] = (signs[row] ?? 0) * sum
      if (pace.isDue((x.ptr[row + 1] ?? 0) - (x.ptr[row] ?? 0) + 4)) await pace.pause()
    }
    const part = searchLine(w, direction, margins, moves, costs)
    for (let term = 0; term < size; term++) w[term] = (w[term] ?? 0) + part * (direction[term] ?? 0)
    for (let row = 0; row < x.rows; row++) margins[row] = (margins[row] ?? 0) - part * (moves[row] ?? 0)
    if (pace.isDue(x.rows * 10)) await pace.pause()
  }
}

/** Gradient and, in its lower half, the generalised Hessian; of the rows inside the margin. */
async function differentiate(
  { x, signs, costs, w, pace }: PrimalSvm,
  margins: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array,
) {
  const size = x.terms + 1
  gradient.set(w)
  hessian.fill(0)
  for (let term = 0; term < size; term++) hessian[term * size + term] = 1
  for (let row = 0; row < x.rows; row++) {
    const margin = margins[row] ?? 0
    if (!(margin > 0)) continue
    const cost = costs[row] ?? 0
    const slope = -cost * (signs[row] ?? 0) * margin
    const from = x.ptr[row] ?? 0
    const end = x.ptr[row + 1] ?? 0
    for (let j = from; j < end; j++) {
      const term = x.ids[j] ?? 0
      const value = x.values[j] ?? 0
      gradient[term] = (gradient[term] ?? 0) + slope * value
      const pull = cost * value
      for (let i = from; i < end; i++) {
        const other = x.ids[i] ?? 0
        if (other <= term) hessian[term * size + other] = (hessian[term * size + other] ?? 0) + pull * (x.values[i] ?? 0)
      }
      hessian[x.terms * size + term] = (hessian[x.terms * size + term] ?? 0) + pull
    }
    gradient[x.terms] = (gradient[x.terms] ?? 0) + slope
    hessian[size * size - 1] = (hessian[size * size - 1] ?? 0) + cost
    if (pace.isDue((end - from) ** 2 + 8)) await pace.pause()
  }
}

/** Part of the step after which the slope along it is a tenth of what it was, or still falls at the whole. By slopes, which rounding spares, not by values. */
function searchLine(w: Float64Array, direction: Float64Array, margins: Float64Array, moves: Float64Array, costs: Float64Array): number {
  const slopeAt = (part: number) => {
    let slope = 0
    for (const [term, step] of direction.entries()) slope += step * ((w[term] ?? 0) + part * step)
    for (const [row, move] of moves.entries()) {
      const margin = (margins[row] ?? 0) - part * move
      if (margin > 0) slope -= (costs[row] ?? 0) * margin * move
    }
    return slope
  }
  const enough = 0.1 * Math.abs(slopeAt(0))
  if (slopeAt(1) <= enough) return 1
  let [low, high] = [0, 1]
  for (let halving = 0; halving < 60; halving++) {
    const part = (low + high) / 2
    const slope = slopeAt(part)
    if (Math.abs(slope) <= enough) return part
    if (slope > 0) high = part
    else low = part
  }
  return low
}
