import { describe, expect, test } from 'vitest'
import { adjustForManyTests } from './benjamini-hochberg'
import { chiSquareTest } from './chi-square'
import { jensenShannonDistance } from './jensen-shannon'
import { binnedKolmogorovSmirnovTest, kolmogorovSmirnovTest, kolmogorovSurvival } from './kolmogorov-smirnov'
import { populationStabilityIndex } from './population-stability-index'
import { f1Interval, proportionInterval } from './proportion-interval'
import { chiSquareSurvival, logGamma, normalCdf, normalQuantile } from './special'
import { randomFrom, uniforms } from './testing'
import { scaledWassersteinDistance, wassersteinDistance } from './wasserstein'

// Golden numbers: scipy 1.10.1, numpy 1.24.2; the call stands beside each. Samples come from the generator in testing.ts.

const a = [120, 90, 40, 10]
const b = [100, 95, 60, 25]

describe('special functions', () => {
  test.each([
    [120, 76, 0.000970113385087686],
    [500, 76, 1.2040185284506587e-63],
    [3.84, 1, 0.05004352124870519],
    [0.5, 3, 0.9188914116546758],
    [1000, 10, 1.870290720915977e-208],
  ])('scipy.stats.chi2.sf(%d, %i)', (x, degrees, sf) => expect(chiSquareSurvival(x, degrees) / sf).toBeCloseTo(1, 9))
  test.each([
    [-6, 9.865876450376946e-10],
    [-1.5, 0.06680720126885807],
    [0, 0.5],
    [0.3, 0.6179114221889526],
    [5, 0.9999997133484281],
  ])('scipy.stats.norm.cdf(%d)', (z, p) => expect(normalCdf(z) / p).toBeCloseTo(1, 10))
  test('scipy.stats.norm.ppf', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 10)
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167813, 10)
  })
  test.each([
    [0.3, 1.0957979948180756],
    [5.5, 3.9578139676187165],
    [100, 359.1342053695754],
  ])('scipy.special.gammaln(%d)', (x, y) => expect(logGamma(x)).toBeCloseTo(y, 10))
  test.each([
    [0.3, 0.9999906941986655],
    [0.8, 0.5441424115741981],
    [1, 0.26999967167735456],
    [1.36, 0.049485876755377876],
    [2, 0.0006709252557796953],
  ])('scipy.special.kolmogorov(%d)', (x, p) => expect(kolmogorovSurvival(x)).toBeCloseTo(p, 12))
})

test('chi-square: scipy.stats.chi2_contingency([a, b], correction=False)', () => {
  const one = chiSquareTest(a, b)
  expect(one.statistic).toBeCloseTo(11.657138228566797, 9)
  expect(one.p).toBeCloseTo(0.008654882174408421, 12)
  expect(one.degrees).toBe(3)
  const two = chiSquareTest([500, 300, 150, 50], [40, 35, 20, 15])
  expect(two.statistic).toBeCloseTo(17.17388479240981, 9)
  expect(two.p).toBeCloseTo(0.0006508642775593038, 12)
})

test('chi-square puts rare cells together until they expect five rows', () => {
  const rare = chiSquareTest([500, 480, 3, 4, 2, 8], [50, 48, 0, 1, 0, 1])
  expect(rare).toMatchObject({ cells: 2, degrees: 1 })
  expect(chiSquareTest([3, 1], [1, 0])).toMatchObject({ cells: 1, p: 1 })
  expect(chiSquareTest([], [1]).p).toBe(1)
})

test('Jensen-Shannon: scipy.spatial.distance.jensenshannon(a, b)', () => {
  expect(jensenShannonDistance(a, b)).toBeCloseTo(0.10509050410073381, 12)
  expect(jensenShannonDistance([500, 300, 150, 50], [40, 35, 20, 15])).toBeCloseTo(0.1292344188686952, 12)
  expect(jensenShannonDistance([1, 0], [0, 3])).toBeCloseTo(0.8325546111576977, 12)
  expect(jensenShannonDistance(a, a)).toBe(0)
})

test('PSI: p = (a + .5) / (a + .5).sum(); q likewise; ((q - p) * numpy.log(q / p)).sum()', () => {
  expect(populationStabilityIndex(a, b)).toBeCloseTo(0.08716685673974335, 12)
  expect(populationStabilityIndex([500, 300, 150, 50], [40, 35, 20, 15])).toBeCloseTo(0.140867572773519, 12)
  expect(populationStabilityIndex([10, 0], [0, 10])).toBeCloseTo(5.535495341315315, 12)
  expect(populationStabilityIndex(a, a)).toBe(0)
})

describe('Kolmogorov-Smirnov: scipy.stats.ks_2samp(x, y, method="asymp")', () => {
  test.each([
    [50, 60, 0.1, 0.19, 0.2503177046651732],
    [200, 300, 0.05, 0.10666666666666669, 0.12113149676300636],
    [1000, 1000, 0.03, 0.064, 0.031825767821377915],
  ])('uniforms(1, %i) against uniforms(2, %i) + %d', (n, m, shift, statistic, p) => {
    const result = kolmogorovSmirnovTest(
      uniforms(1, n),
      uniforms(2, m).map((u) => u + shift),
    )
    expect(result.statistic).toBeCloseTo(statistic, 12)
    expect(Math.abs(result.p / p - 1)).toBeLessThan(0.06)
  })

  test('with ties: numpy.floor(uniforms(3, 400) * 7) against numpy.floor(uniforms(4, 250) * 8)', () => {
    const [x, y] = [uniforms(3, 400).map((u) => Math.floor(u * 7)), uniforms(4, 250).map((u) => Math.floor(u * 8))]
    expect(kolmogorovSmirnovTest(x, y).statistic).toBeCloseTo(0.152, 12)
    expect(wassersteinDistance(x, y)).toBeCloseTo(0.5685, 12)
  })

  test('on bins: the same D as on values when every value is a bin, and no more careful than the law of all values', () => {
    const [x, y] = [uniforms(3, 400).map((u) => Math.floor(u * 7)), uniforms(4, 250).map((u) => Math.floor(u * 8))]
    const count = (values: number[]) => Array.from({ length: 8 }, (_, i) => values.filter((v) => v === i).length)
    const binned = binnedKolmogorovSmirnovTest(count(x), count(y))
    expect(binned.statistic).toBeCloseTo(0.152, 12)
    expect(binned.p).toBeLessThan(kolmogorovSmirnovTest(x, y).p)
  })

  test('on two bins the law is that of one normal variable: 2 * scipy.stats.norm.sf(z)', () => {
    // D = 0.1 at the middle; z = 0.1 * sqrt(500) / sqrt(0.25) = 4.4721 / 1; here 40 of 100 against 50 of 100, places at 0.45
    const { p } = binnedKolmogorovSmirnovTest([50, 50], [40, 60])
    const z = (0.1 * Math.sqrt(50)) / Math.sqrt(0.45 * 0.55)
    expect(p).toBeCloseTo(2 * normalCdf(-z), 4)
  })

  test('on many bins the law comes near that of all values', () => {
    const bins = new Array<number>(400).fill(10)
    const shifted = bins.map((count, i) => count + (i < 200 ? 1 : -1) * 0.6)
    const { statistic, p } = binnedKolmogorovSmirnovTest(bins, shifted)
    expect(Math.abs(p - kolmogorovSurvival(statistic * Math.sqrt(2000)))).toBeLessThan(0.03)
  })

  test('nothing to compare is no difference', () => {
    expect(binnedKolmogorovSmirnovTest([], [1, 2]).p).toBe(1)
    expect(kolmogorovSmirnovTest([], [1]).p).toBe(1)
    expect(binnedKolmogorovSmirnovTest([5], [9]).p).toBe(1)
  })
})

test('Wasserstein: scipy.stats.wasserstein_distance(x, y), and over x.std()', () => {
  const [x, y] = [uniforms(1, 1000), uniforms(2, 1000).map((u) => u + 0.03)]
  expect(wassersteinDistance(x, y)).toBeCloseTo(0.03927383193932476, 12)
  expect(scaledWassersteinDistance(x, y)).toBeCloseTo(0.13516008054826392, 12)
  expect(scaledWassersteinDistance([0.1, 0.1, 0.1], [5, 6])).toBeNull()
})

test.each([
  [0, 10, 0, 0.27753279986288926],
  [5, 10, 0.236593090512564, 0.7634069094874361],
  [97, 100, 0.9154806357094724, 0.9897454759759611],
  [10, 10, 0.7224672001371109, 1],
])('scipy.stats.binomtest(%i, %i).proportion_ci(method="wilson")', (hits, trials, low, high) => {
  const interval = proportionInterval(hits, trials)
  expect(interval?.low).toBeCloseTo(low, 10)
  expect(interval?.high).toBeCloseTo(high, 10)
})

test('an F1 interval holds the F1 and covers it as often as stated', () => {
  const random = randomFrom(11)
  let covered = 0
  // 300 rows of a class, recall 0.8, and 75 false alarms on average: F1 = 2 * 240 / (300 + 315)
  for (let trial = 0; trial < 400; trial++) {
    let [hits, wrong] = [0, 0]
    for (let row = 0; row < 300; row++) hits += random() < 0.8 ? 1 : 0
    for (let row = 0; row < 1500; row++) wrong += random() < 0.05 ? 1 : 0
    const interval = f1Interval(hits, 300, hits + wrong)
    const f1 = 480 / 615
    if (interval && interval.low <= f1 && f1 <= interval.high) covered += 1
  }
  expect(covered / 400).toBeGreaterThan(0.92)
  expect(proportionInterval(0, 0)).toBeNull()
})

test('Benjamini-Hochberg: numpy.minimum.accumulate((p * m / rank)[::-1])[::-1] on sorted p', () => {
  const p = [0.216, 0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212]
  const expected = [0.216, 0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.10571429, 0.216, 0.216]
  for (const [i, adjusted] of adjustForManyTests(p).entries()) expect(adjusted).toBeCloseTo(expected[i] ?? Number.NaN, 7)
  expect(adjustForManyTests([])).toEqual([])
})
