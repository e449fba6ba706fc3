import { adjustForManyTests } from './benjamini-hochberg'
import { chiSquareTest } from './chi-square'
import { jensenShannonDistance } from './jensen-shannon'
import { binnedKolmogorovSmirnovTest } from './kolmogorov-smirnov'
import { populationStabilityIndex } from './population-stability-index'
import { totalOf } from './shares'

/**
 * Whether live columns still look like the training reference.
 *
 * What is asked depends on min(rows of the reference, rows now), never on one side alone:
 *   below 50          not enough data; nothing is claimed
 *   50 to 999         is it sure? ordered bins: binned Kolmogorov-Smirnov, categories: two-sample chi-square
 *   1,000 and above   is it sure, and is it large? The same test, and PSI >= 0.1 (ordered) or Jensen-Shannon distance >= 0.1
 * "Sure" always means: at a false discovery rate of 5 % over all columns looked at together (Benjamini-Hochberg), so ten
 * columns do not alarm more often than one. A distance alone would alarm in nearly every small window; a p-value alone
 * would alarm at differences in large ones that nobody cares about.
 *
 * A column that is constant in the reference has no spread to measure by: there the question is whether rows have left
 * the constant, answered exactly.
 */

export const minimumRows = 50
export const largeRows = 1000
export const falseDiscoveryRate = 0.05
export const distanceLimit = 0.1

/** Counts of one column on the reference's bins; `missing` are rows without a value, not in the counts. */
export type DriftInput = {
  name: string
  /** Bins of an ordered column stand in their order; those of a category in any. */
  isOrdered: boolean
  reference: { counts: readonly number[]; missing: number }
  current: { counts: readonly number[]; missing: number }
}

export type DriftTest = 'kolmogorov-smirnov' | 'chi-square' | 'constant'
export type DriftMeasure = 'p' | 'population-stability-index' | 'jensen-shannon' | 'share-off-constant'

export type DriftResult = {
  name: string
  state: 'stable' | 'drifted' | 'not-enough-data'
  test: DriftTest
  /** What the verdict is read from, its value, and the limit it is held against. */
  measure: { name: DriftMeasure; value: number; limit: number }
  /** Of the test; adjusted over all columns of the call that had enough data. */
  p: number
  adjustedP: number
  distance: number
  /** 0 (nothing) to 5 (strong); 3 and above only when drifted. For the shade of a heat map. */
  level: 0 | 1 | 2 | 3 | 4 | 5
  rows: { reference: number; current: number }
  /** Rows that are still needed before anything can be said. */
  needed: number
}

/** Judges columns together. The order is kept. */
export function judgeDrift(inputs: readonly DriftInput[]): DriftResult[] {
  const looked = inputs.map(look)
  const enough = looked.filter((one) => one.needed === 0)
  const adjusted = new Map(adjustForManyTests(enough.map((one) => one.p)).map((p, i) => [enough[i], p]))
  return looked.map((one) => decide(one, adjusted.get(one) ?? 1))
}

type Looked = Pick<DriftResult, 'name' | 'test' | 'p' | 'distance' | 'rows' | 'needed'> & { isOrdered: boolean }

function look({ name, isOrdered, reference, current }: DriftInput): Looked {
  const rows = { reference: totalOf(reference.counts) + reference.missing, current: totalOf(current.counts) + current.missing }
  const needed = Math.max(0, minimumRows - Math.min(rows.reference, rows.current))
  const [before, now] = [
    [...reference.counts, reference.missing],
    [...current.counts, current.missing],
  ]
  const common = { name, isOrdered, rows, needed }
  const constant = before.indexOf(rows.reference)
  if (constant >= 0 && rows.reference > 0) {
    const off = rows.current - (now[constant] ?? 0)
    return { ...common, test: 'constant', p: leftConstant(rows.reference, rows.current, off), distance: off / Math.max(1, rows.current) }
  }
  if (!isOrdered) return { ...common, test: 'chi-square', p: chiSquareTest(before, now).p, distance: jensenShannonDistance(before, now) }
  const shape = binnedKolmogorovSmirnovTest(reference.counts, current.counts).p
  const gaps = [
    [rows.reference - reference.missing, reference.missing],
    [rows.current - current.missing, current.missing],
  ] as const
  const p = reference.missing + current.missing === 0 ? shape : Math.min(1, 2 * Math.min(shape, chiSquareTest(...gaps).p))
  return { ...common, test: 'kolmogorov-smirnov', p, distance: populationStabilityIndex(before, now) }
}

/**
 * Probability that all `off` rows that are not the constant fall among the current ones by chance, given that they are
 * somewhere among all: Fisher's exact test of [reference, 0] against [current - off, off], one-sided.
 */
function leftConstant(reference: number, current: number, off: number): number {
  let p = 1
  for (let i = 0; i < off && p > 1e-300; i++) p *= (current - i) / (reference + current - i)
  return p
}

function decide(looked: Looked, adjustedP: number): DriftResult {
  const { isOrdered, ...one } = looked
  const isLarge = Math.min(one.rows.reference, one.rows.current) >= largeRows
  const isSure = adjustedP <= falseDiscoveryRate
  const byDistance = isLarge && one.test !== 'constant'
  const isDrifted = one.needed === 0 && isSure && (!byDistance || one.distance >= distanceLimit)
  const far = byDistance ? one.distance / distanceLimit : null
  return {
    ...one,
    adjustedP,
    state: one.needed > 0 ? 'not-enough-data' : isDrifted ? 'drifted' : 'stable',
    measure: measureOf(one, adjustedP, isOrdered, byDistance),
    level: one.needed > 0 ? 0 : levelOf(isDrifted, adjustedP, far),
  }
}

function measureOf(
  one: Pick<Looked, 'test' | 'distance'>,
  adjustedP: number,
  isOrdered: boolean,
  byDistance: boolean,
): DriftResult['measure'] {
  if (one.test === 'constant') return { name: 'share-off-constant', value: one.distance, limit: 0 }
  if (!byDistance) return { name: 'p', value: adjustedP, limit: falseDiscoveryRate }
  return { name: isOrdered ? 'population-stability-index' : 'jensen-shannon', value: one.distance, limit: distanceLimit }
}

/** Steps of the heat map: by how many limits the distance is, or by how sure the test is. */
function levelOf(isDrifted: boolean, p: number, far: number | null): DriftResult['level'] {
  if (isDrifted) {
    if (far !== null) return far < 1.5 ? 3 : far < 2.5 ? 4 : 5
    return p > falseDiscoveryRate / 10 ? 3 : p > falseDiscoveryRate / 100 ? 4 : 5
  }
  if (far !== null) return far < 0.25 ? 0 : far < 0.5 ? 1 : 2
  return p > 0.5 ? 0 : p > 0.2 ? 1 : 2
}
