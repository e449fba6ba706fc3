import { totalOf } from './shares'
import { normalCdf } from './special'

export type KolmogorovSmirnovResult = { statistic: number; p: number }

/**
 * Two-sample Kolmogorov-Smirnov test on raw values; ties are allowed. The p-value is the limit law at Stephens' corrected
 * (sqrt(n) + 0.12 + 0.11 / sqrt(n)) * D with n = n1 n2 / (n1 + n2): within a few percent of scipy's, which takes the
 * one-sample law at rounded n (Stephens 1970, Numerical Recipes 14.3).
 */
export function kolmogorovSmirnovTest(reference: ArrayLike<number>, current: ArrayLike<number>): KolmogorovSmirnovResult {
  const a = Float64Array.from(reference).sort()
  const b = Float64Array.from(current).sort()
  if (a.length === 0 || b.length === 0) return { statistic: 0, p: 1 }
  let [i, j, statistic] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY)
    while (i < a.length && a[i] === value) i += 1
    while (j < b.length && b[j] === value) j += 1
    statistic = Math.max(statistic, Math.abs(i / a.length - j / b.length))
  }
  const root = Math.sqrt((a.length * b.length) / (a.length + b.length))
  return { statistic, p: kolmogorovSurvival((root + 0.12 + 0.11 / root) * statistic) }
}

/**
 * Two-sample Kolmogorov-Smirnov test on counts in ordered bins. D is looked for at the edges only, so the law of the
 * continuous test would be far too careful; this one is the law of the largest |Brownian bridge| at exactly these
 * edges (their places given by both samples together), which keeps the stated level for ten bins as for a hundred.
 */
export function binnedKolmogorovSmirnovTest(reference: readonly number[], current: readonly number[]): KolmogorovSmirnovResult {
  const n = totalOf(reference)
  const m = totalOf(current)
  if (n === 0 || m === 0) return { statistic: 0, p: 1 }
  let [below, belowNow, statistic] = [0, 0, 0]
  const places: number[] = []
  for (let i = 0; i < Math.max(reference.length, current.length) - 1; i++) {
    below += reference[i] ?? 0
    belowNow += current[i] ?? 0
    statistic = Math.max(statistic, Math.abs(below / n - belowNow / m))
    const place = (below + belowNow) / (n + m)
    if (place > 0 && place < 1 && place !== places.at(-1)) places.push(place)
  }
  return { statistic, p: bridgeSurvival(Math.sqrt((n * m) / (n + m)) * statistic, places) }
}

/** P(sup |Brownian bridge| > x). The fast-converging form of each half of the axis (Marsaglia, Tsang and Wang 2003). */
export function kolmogorovSurvival(x: number): number {
  if (x <= 0) return 1
  if (x < 1.18) {
    const y = Math.exp(-(Math.PI ** 2) / (8 * x * x))
    return 1 - (Math.sqrt(2 * Math.PI) / x) * (y + y ** 9 + y ** 25 + y ** 49)
  }
  const y = Math.exp(-2 * x * x)
  return 2 * (y - y ** 4 + y ** 9 - y ** 16)
}

const cells = 80

/**
 * P(|Brownian bridge| > x at one of the `places`), places ascending in (0, 1). The bridge is a Markov chain: from b at s
 * to t it is normal with mean b (1 - t) / (1 - s) and variance (t - s) (1 - t) / (1 - s). The density within [-x, x] is
 * carried from place to place on a grid.
 */
function bridgeSurvival(x: number, places: readonly number[]): number {
  if (x <= 0 || places.length === 0) return 1
  if (x > 3) return kolmogorovSurvival(x)
  const width = (2 * x) / cells
  let mass = new Float64Array(cells)
  let from = 0
  for (const place of places) {
    const deviation = Math.sqrt(((place - from) * (1 - place)) / (1 - from))
    const next = new Float64Array(cells)
    if (from === 0) addNormal(next, 1, 0, deviation, x, width)
    else
      for (const [i, amount] of mass.entries()) {
        if (amount > 1e-14) addNormal(next, amount, ((-x + (i + 0.5) * width) * (1 - place)) / (1 - from), deviation, x, width)
      }
    mass = next
    from = place
  }
  return Math.min(1, Math.max(0, 1 - mass.reduce((sum, amount) => sum + amount, 0)))
}

/** Adds `amount` of a normal distribution to the cells of [-x, x]; what falls outside is gone. */
function addNormal(into: Float64Array, amount: number, mean: number, deviation: number, x: number, width: number): void {
  let below = normalTable((-x - mean) / deviation)
  for (let i = 0; i < cells; i++) {
    const upTo = normalTable((-x + (i + 1) * width - mean) / deviation)
    into[i] = (into[i] ?? 0) + amount * (upTo - below)
    below = upTo
  }
}

const tableStep = 1 / 512
const tableReach = 8
const table = Float64Array.from({ length: (2 * tableReach) / tableStep + 2 }, (_, i) => normalCdf(i * tableStep - tableReach))

/** The normal distribution function from a table, read linearly: error below 1e-6, and a hundred times faster. */
function normalTable(z: number): number {
  if (z <= -tableReach) return 0
  if (z >= tableReach) return 1
  const at = (z + tableReach) / tableStep
  const i = Math.floor(at)
  const low = table[i] ?? 0
  return low + ((table[i + 1] ?? 1) - low) * (at - i)
}
