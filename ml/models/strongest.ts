import type { ModelState } from './model-state'

/** Terms by how much they count, largest first. */
export type Strongest = { term: number; weight: number }[]

const most = 20

/**
 * What a model goes by most, at most 20 terms per list. A linear model has one list per output: its weights against the mean of
 * the outputs, those above 0; of one output there are two lists, what raises it and what lowers it. Trees have one list for
 * all: each term's share of what all splits gained. Other shapes say nothing.
 */
export function strongestTerms(model: ModelState): Strongest[] {
  if (model.shape === 'trees') return [byGain(model.feature, model.gain, model.terms)]
  if (model.shape !== 'linear') return []
  const { weights, outputs, terms } = model
  if (outputs === 1)
    return [largest(Float64Array.from(weights), (weight) => weight), largest(Float64Array.from(weights), (weight) => -weight)]
  return Array.from({ length: outputs }, (_, k) => {
    const against = Float64Array.from({ length: terms }, (_, term) => {
      let sum = 0
      for (let c = 0; c < outputs; c++) sum += weights[term * outputs + c] ?? 0
      return (weights[term * outputs + k] ?? 0) - sum / outputs
    })
    return largest(against, (weight) => weight)
  })
}

function byGain(feature: Int32Array, gain: Float32Array, terms: number): Strongest {
  const sums = new Float64Array(terms)
  for (const [node, term] of feature.entries()) sums[term] = (sums[term] ?? 0) + (gain[node] ?? 0)
  const total = sums.reduce((sum, value) => sum + value, 0)
  return largest(
    sums.map((sum) => (total > 0 ? sum / total : 0)),
    (share) => share,
  )
}

/** The largest by `size`, those of size 0 or less left out; of equals the earlier. */
function largest(weights: Float64Array, size: (weight: number) => number): Strongest {
  const sizes = weights.map(size)
  const least = sizes.slice().sort()[Math.max(0, sizes.length - most)] ?? 0
  const terms = Array.from(sizes.keys()).filter((term) => (sizes[term] ?? 0) >= least && (sizes[term] ?? 0) > 0)
  return terms
    .sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || a - b)
    .slice(0, most)
    .map((term) => ({ term, weight: weights[term] ?? 0 }))
}
