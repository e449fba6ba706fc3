import { AppError } from '#core/errors/app-error'

/** How many rows, and how many of the class, have at least that score. */
export type Cut = { score: number; called: number; hits: number }

/**
 * Cuts through the rows by falling score, one per distinct score; rows of one score stay together, so the order of rows
 * does not matter. Throws AppError without rows, and for a score that is not a number.
 */
export function cutsOf(scores: ArrayLike<number>, isPositive: Uint8Array): Cut[] {
  if (isPositive.length === 0) throw new AppError('bad_input', { detail: 'There are no rows to evaluate on.' })
  const values = Float64Array.from(isPositive, (_, row) => scores[row] ?? Number.NaN)
  const odd = values.findIndex(Number.isNaN)
  if (odd >= 0)
    throw new AppError('bad_input', {
      detail: `Row ${odd + 1} has no probability: the predictions must have one for every row.`,
      hint: { row: odd + 1 },
    })
  // two sorts of plain numbers are ten times faster than one of row indexes
  const all = values.slice().sort()
  const positives = values.filter((_, row) => isPositive[row] === 1).sort()
  const cuts: Cut[] = []
  let [left, hitsLeft] = [all.length, positives.length]
  while (left > 0) {
    const score = all[left - 1] ?? 0
    while (left > 0 && all[left - 1] === score) left--
    while (hitsLeft > 0 && positives[hitsLeft - 1] === score) hitsLeft--
    cuts.push({ score, called: all.length - left, hits: positives.length - hitsLeft })
  }
  return cuts
}

/** At most `most` items at even steps of the rows called; the first and the last stay. */
export function thinByRows<T>(items: readonly T[], calledOf: (item: T) => number, most: number): T[] {
  if (items.length <= most) return [...items]
  const last = items.length - 1
  const [from, to] = [items[0], items[last]].map((item) => (item === undefined ? 0 : calledOf(item)))
  const step = ((to ?? 0) - (from ?? 0)) / (most - 1)
  let next = from ?? 0
  return items.filter((item, i) => {
    if (i !== last && (calledOf(item) < next || calledOf(item) > (to ?? 0) - step)) return false
    next = (from ?? 0) + step * (Math.floor((calledOf(item) - (from ?? 0)) / step) + 1)
    return true
  })
}
