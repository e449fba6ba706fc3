import type { Pace } from './pace'

/**
 * Shifts the weights of each term by one number for all classes, which changes no probability, to where l1 |w|_1 + l2 |w|^2 / 2
 * is least: the median without l2, the mean without l1 (Friedman, Hastie and Tibshirani 2010, section 4.1). Terms that
 * are best where they are stay, so that zeros stay. `weights` [classes][terms], in place.
 */
export async function shareAmongClasses(
  weights: Float64Array,
  terms: number,
  classes: number,
  { pace, ...penalty }: { l1: number; l2: number; pace: Pace },
): Promise<void> {
  const own = new Float64Array(classes)
  for (let term = 0; term < terms; term++) {
    for (let k = 0; k < classes; k++) own[k] = weights[k * terms + term] ?? 0
    if (pace.isDue(classes * 4)) await pace.pause()
    const shift = bestShift(own, penalty)
    if (shift === 0) continue
    for (let k = 0; k < classes; k++) weights[k * terms + term] = (own[k] ?? 0) - shift
  }
}

/** The t nearest 0 that minimises sum_k l1 |w_k - t| + l2 (w_k - t)^2 / 2; changes the order of `own` only in a copy. */
export function bestShift(own: Float64Array, { l1, l2 }: { l1: number; l2: number }): number {
  let [above, below, sum] = [0, 0, 0]
  for (const weight of own) {
    if (weight > 0) above += 1
    else if (weight < 0) below += 1
    sum += weight
  }
  const zeros = own.length - above - below
  const slope = l1 * (below - above) - l2 * sum
  if (Math.abs(slope) <= l1 * zeros || zeros === own.length) return 0
  // to the other side of 0 it is the same question with all signs turned
  return slope < 0 ? climb(own.slice().sort(), l1, l2, sum) : -climb(own.map((weight) => -weight).sort(), l1, l2, -sum)
}

/** The least t above 0 where the slope of the penalty is no longer below 0. */
function climb(sorted: Float64Array, l1: number, l2: number, sum: number): number {
  const count = sorted.length
  for (const [below, weight] of sorted.entries()) {
    if (weight <= 0) continue
    // between the last weight and this one the slope is a line
    const root = l2 > 0 ? (sum - (l1 / l2) * (2 * below - count)) / count : Number.POSITIVE_INFINITY
    if (root <= weight) return Math.max(root, sorted[below - 1] ?? 0, 0)
    if (l1 * (2 * (below + 1) - count) + l2 * (count * weight - sum) >= 0) return weight
  }
  return 0
}
