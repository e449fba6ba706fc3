import type { ClassReference } from '#core/model/signature'

const bins = 20

/** How sure a model was on the rows that live traffic is compared with: values in [0, 1] in 20 bins of one width, and their mean. */
export function confidenceReference(values: Float64Array): ClassReference['confidence'] {
  const counts = new Array<number>(bins).fill(0)
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.floor(value * bins))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return { counts, mean: values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length) }
}
