import { normalCdf } from '#core/stats/special'
import { lineOf, placeOf, valueAt } from '#core/tune/scale'
import type { Dimension, ParamValue } from '#core/tune/space'

const rootOfTwoPi = Math.sqrt(2 * Math.PI)

/** A density over one dimension, learned from values that were tried. */
export type Parzen = {
  draw(random: () => number): ParamValue
  /** Natural logarithm of the density (of the probability for int and choice). */
  logDensity(value: ParamValue): number
}

/**
 * Parzen estimator of Bergstra et al. 2011 ("Algorithms for hyper-parameter optimization", section 4), as Hyperopt and
 * univariate Optuna make it. Numbers: one normal per value, cut off at the ends of the line, and a wide one in its middle
 * as the prior; each as wide as the larger gap to its neighbours, within [range / min(100, n + 1), range]. An int takes
 * the mass of its cell. Choices: counts, each raised by one.
 */
export function parzenOf(dimension: Dimension, values: readonly ParamValue[]): Parzen {
  return dimension.kind === 'choice' ? choiceParzen(dimension, values) : numberParzen(dimension, values)
}

function choiceParzen(dimension: Dimension & { kind: 'choice' }, values: readonly ParamValue[]): Parzen {
  const weights = dimension.values.map((value) => 1 + values.filter((tried) => tried === value).length)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return {
    draw: (random) => dimension.values[pick(weights, total, random)] ?? null,
    logDensity: (value) => Math.log((weights[dimension.values.indexOf(value)] ?? 0) / total),
  }
}

function pick(weights: readonly number[], total: number, random: () => number): number {
  let rest = random() * total
  const at = weights.findIndex((weight) => {
    rest -= weight
    return rest < 0
  })
  return at < 0 ? weights.length - 1 : at
}

type Kernel = { mean: number; width: number; inside: number }

function numberParzen(dimension: Dimension & { kind: 'real' | 'int' }, values: readonly ParamValue[]): Parzen {
  const { low, high } = lineOf(dimension)
  if (low === high) return { draw: () => dimension.low, logDensity: () => 0 }
  const places = values.flatMap((value) => placeOf(dimension, value) ?? [])
  const kernels = kernelsOf(places, low, high)
  return {
    draw(random) {
      const { mean, width } = kernels[Math.floor(random() * kernels.length)] ?? { mean: (low + high) / 2, width: high - low }
      // every mean lies inside and no width exceeds the range, so that at least a third of the draws fall inside
      let place = mean + width * normal(random)
      while (place < low || place > high) place = mean + width * normal(random)
      return valueAt(dimension, place)
    },
    logDensity(value) {
      let sum = 0
      if (dimension.kind === 'int') {
        const cell = cellOf(dimension, Number(value))
        for (const { mean, width, inside } of kernels) sum += massBetween((cell.low - mean) / width, (cell.high - mean) / width) / inside
      } else {
        const place = placeOf(dimension, value) ?? Number.NaN
        for (const { mean, width, inside } of kernels)
          sum += Math.exp(-0.5 * ((place - mean) / width) ** 2) / (width * inside * rootOfTwoPi)
      }
      return Math.log(sum / kernels.length)
    },
  }
}

function kernelsOf(places: readonly number[], low: number, high: number): Kernel[] {
  const range = high - low
  const middle = (low + high) / 2
  const prior = { mean: middle, width: range, isPrior: true }
  const all = [...places.map((mean) => ({ mean, width: 0, isPrior: false })), prior].sort((a, b) => a.mean - b.mean)
  const narrowest = range / Math.min(100, all.length + 1)
  return all.map(({ mean, isPrior }, i) => {
    const [before, after] = [all[i - 1]?.mean, all[i + 1]?.mean]
    // towards an end there is no neighbour to be as wide as
    const gap = Math.max(before === undefined ? 0 : mean - before, after === undefined ? 0 : after - mean)
    const width = isPrior ? range : Math.min(range, Math.max(narrowest, gap))
    return { mean, width, inside: massBetween((low - mean) / width, (high - mean) / width) }
  })
}

/** The stretch of the line whose places round to an int. */
function cellOf({ log }: { log: boolean }, value: number): { low: number; high: number } {
  const [low, high] = [value - 0.5, value + 0.5]
  return log ? { low: Math.log(low), high: Math.log(high) } : { low, high }
}

/** Mass of the standard normal between two places; taken from the left tail, where it is exact. */
function massBetween(from: number, to: number): number {
  return from > 0 ? normalCdf(-from) - normalCdf(-to) : normalCdf(to) - normalCdf(from)
}

/** A standard normal draw (Box and Muller 1958). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
