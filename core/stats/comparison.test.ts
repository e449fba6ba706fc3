import { describe, expect, test } from 'vitest'
import { bootstrapInterval, bootstrapIntervals } from './bootstrap'
import { correctedResampledTTest } from './corrected-t-test'
import golden from './fixtures/golden-comparison.json'
import { incompleteBeta, studentTwoSided, studentTwoSidedQuantile } from './incomplete-beta'
import { mcnemar } from './mcnemar'
import { pairedPermutationTest } from './paired-permutation'
import { randomFrom, uniforms } from './testing'
import { wilcoxonSignedRank } from './wilcoxon'

const sumOf = (values: ArrayLike<number>, rows: Int32Array) => rows.reduce((sum, row) => sum + (values[row] ?? 0), 0)

describe('special functions', () => {
  test.each(golden.beta)('$call', ({ a, b, x, value }) => expect(incompleteBeta(x, a, b) / value).toBeCloseTo(1, 10))
  test.each(golden.student)('$call', ({ t, degrees, value }) => expect(studentTwoSided(t, degrees) / value).toBeCloseTo(1, 9))
  test.each(golden.studentQuantile)('$call', ({ p, degrees, value }) =>
    expect(studentTwoSidedQuantile(p, degrees) / value).toBeCloseTo(1, 10),
  )
})

describe('bootstrap', () => {
  const skewed = uniforms(3, 40).map((u) => -Math.log(1 - u))
  const second = uniforms(4, 40).map((u, i) => (skewed[i] ?? 0) + u - 0.4)
  const figures = {
    mean: (rows: Int32Array) => sumOf(skewed, rows) / rows.length,
    ratio: (rows: Int32Array) => sumOf(second, rows) / sumOf(skewed, rows),
  }
  test.each(golden.bootstrap)('scipy.stats.$call', async ({ figure, method, level, low, high, error }) => {
    const interval = await bootstrapInterval({
      rows: 40,
      // the golden file names the two figures and the two methods
      statistic: figures[figure as keyof typeof figures],
      method: method as 'percentile' | 'bca',
      level,
      resamples: 500,
      random: randomFrom(7),
    })
    expect(interval?.low).toBeCloseTo(low, 9)
    expect(interval?.high).toBeCloseTo(high, 9)
    expect(interval?.standardError).toBeCloseTo(error, 9)
  })
  test('several figures at once have the intervals that each has alone', async () => {
    const both = await bootstrapIntervals({
      rows: 40,
      statistics: (rows) => [figures.mean(rows), figures.ratio(rows), Number.NaN],
      resamples: 300,
      random: randomFrom(7),
    })
    for (const [i, statistic] of [figures.mean, figures.ratio].entries()) {
      const alone = await bootstrapInterval({ rows: 40, statistic, resamples: 300, random: randomFrom(7) })
      expect(both[i]).toEqual({ low: alone?.low, high: alone?.high })
    }
    expect(both[2]).toBeNull()
  })
  test('covers the truth in about 95 % of samples', async () => {
    let covered = 0
    const random = randomFrom(99)
    for (let sample = 0; sample < 200; sample++) {
      const isRight = Array.from({ length: 120 }, () => (random() < 0.8 ? 1 : 0))
      const interval = await bootstrapInterval({ rows: 120, statistic: (rows) => sumOf(isRight, rows) / 120, resamples: 300, random })
      if (interval && interval.low <= 0.8 && interval.high >= 0.8) covered += 1
    }
    // 190 of 200, standard deviation 3.1
    expect(covered).toBeGreaterThan(180)
    expect(covered).toBeLessThan(199)
  })
  test('leaves out groups of many rows: nearly the interval that single rows give', async () => {
    const values = uniforms(12, 3000).map((u) => (-Math.log(1 - u)) ** 3)
    const args = { rows: 3000, statistic: (rows: Int32Array) => sumOf(values, rows) / rows.length, resamples: 400 }
    const bca = await bootstrapInterval({ ...args, method: 'bca', random: randomFrom(1) })
    const plain = await bootstrapInterval({ ...args, random: randomFrom(1) })
    const width = (plain?.high ?? 0) - (plain?.low ?? 0)
    expect(Math.abs((bca?.high ?? 0) - (plain?.high ?? 0))).toBeLessThan(width / 4)
    expect(bca?.high).not.toBe(plain?.high)
  })
  test.each<[string, number, (rows: Int32Array) => number]>([
    ['one row', 1, () => 1],
    ['a figure that is undefined', 9, () => Number.NaN],
    ['a figure that mostly is', 9, (rows) => (new Set(rows).size === 9 ? 1 : Number.NaN)],
  ])('says nothing of %s', async (_what, rows, statistic) => {
    expect(await bootstrapInterval({ rows, statistic, random: randomFrom(1), method: 'bca' })).toBeNull()
  })
  test('a figure that never moves has no width', async () => {
    const interval = await bootstrapInterval({ rows: 9, statistic: () => 2, random: randomFrom(1), method: 'bca' })
    expect(interval).toMatchObject({ low: 2, high: 2, value: 2, standardError: 0 })
  })
  test('pauses, and ends when the pause throws', async () => {
    const pause = () => Promise.reject(new Error('enough'))
    const args = { rows: 100_000, statistic: () => 1, random: randomFrom(1), pause }
    await expect(bootstrapInterval(args)).rejects.toThrow('enough')
  })
})

describe("McNemar's test", () => {
  test.each(golden.mcnemar)('$call', ({ first, second, test: kind, p }) => {
    expect(mcnemar(first, second)).toMatchObject({ test: kind })
    expect(mcnemar(first, second).p).toBeCloseTo(p, 12)
    expect(mcnemar(second, first)).toEqual(mcnemar(first, second))
  })
})

describe('corrected resampled t-test', () => {
  const { differences } = golden.corrected
  test(golden.corrected.call, () => {
    const result = correctedResampledTTest(differences, { train: 900, test: 100 })
    for (const name of ['t', 'p', 'low', 'high'] as const) expect(result?.[name]).toBeCloseTo(golden.corrected[name], 10)
  })
  test(golden.plain.call, () => {
    const result = correctedResampledTTest(differences, { train: 900, test: 0 })
    expect(result?.t).toBeCloseTo(golden.plain.t, 10)
    expect(result?.p).toBeCloseTo(golden.plain.p, 10)
  })
  test.each<[number[], number | undefined]>([
    [[0.1], undefined],
    [[0, 0, 0], 1],
    [[0.5, 0.5], 0],
  ])('%j: p = %s', (few, p) => expect(correctedResampledTTest(few, { train: 8, test: 2 })?.p).toBe(p))
})

describe('paired permutation test', () => {
  test(golden.permutation.call, async () => {
    const result = await pairedPermutationTest(golden.corrected.differences, { random: randomFrom(1) })
    expect(result).toMatchObject({ isExact: true, permutations: 1024 })
    expect(result.p).toBeCloseTo(golden.permutation.p, 12)
  })
  test(golden.permutationDrawn.call, async () => {
    const result = await pairedPermutationTest(golden.permutationDrawn.differences, { random: randomFrom(1), permutations: 20_000 })
    expect(result.isExact).toBe(false)
    // both are drawn: standard deviation of about 0.002
    expect(Math.abs(result.p - golden.permutationDrawn.p)).toBeLessThan(0.01)
  })
  test('zeros say nothing, and nothing has p = 1', async () => {
    const random = randomFrom(1)
    const [bare, padded] = [
      [3, 1, 2, -1],
      [3, 0, 1, 0, 2, -1],
    ]
    expect((await pairedPermutationTest(padded, { random })).p).toBe((await pairedPermutationTest(bare, { random })).p)
    expect((await pairedPermutationTest([0, 0], { random })).p).toBe(1)
    expect((await pairedPermutationTest([], { random })).p).toBe(1)
  })
})

describe("Wilcoxon's signed-rank test", () => {
  test.each(golden.wilcoxon)('$call', ({ differences, isExact, statistic, p }) => {
    const result = wilcoxonSignedRank(differences)
    expect(result).toMatchObject({ statistic, isExact })
    expect(result.p).toBeCloseTo(p, 10)
  })
  test('no difference', () => expect(wilcoxonSignedRank([0, 0]).p).toBe(1))
})
