import { describe, expect, test } from 'vitest'
import { comparisonReportSchema } from '#core/reports/comparison'
import { seededRandom } from '#ml/estimators/random'
import golden from '../fixtures/golden-comparison.json'
import { compareModels } from './compare-models'

const { labels, numbers } = golden
const compareLabels = (models: { name: string; predicted: string[] }[], truth = labels.truth, seed = 1) =>
  compareModels({ task: 'classification', target: 'kind', truth, models, seed })
const two = [
  { name: 'A', predicted: labels.first },
  { name: 'B', predicted: labels.second },
]

test(labels.call, async () => {
  const report = await compareLabels(two)
  for (const [i, { values }] of report.models.entries()) {
    for (const [j, value] of values.entries()) expect(value).toBeCloseTo(labels.values[i]?.[j] ?? -1, 12)
  }
  const [pair] = report.pairs
  expect(pair?.rows).toMatchObject({ onlyFirst: labels.onlyFirst, onlySecond: labels.onlySecond })
  expect(pair?.p).toBeCloseTo(labels.p, 9)
  // two bootstraps agree to their own noise: two rows in 300
  expect(Math.abs((pair?.differences[0]?.interval?.low ?? 0) - (labels.interval[0] ?? 0))).toBeLessThan(0.007)
  expect(Math.abs((pair?.differences[0]?.interval?.high ?? 0) - (labels.interval[1] ?? 0))).toBeLessThan(0.007)
  expect(pair?.winner).toBe('B')
  expect(pair?.sentence).toMatch(/^B is better than A by 9\.3 points of accuracy \(95 % [23]\.\d to 1[56]\.\d\), p = 0\.005\.$/)
  expect(comparisonReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
  expect(await compareLabels(two)).toEqual(report)
})

test(numbers.call, async () => {
  const [truth, near, far] = [numbers.truth, numbers.first, numbers.second].map((values) => Float64Array.from(values))
  if (!truth || !near || !far) throw new Error('the golden file lacks a list')
  const models = [
    { name: 'near', predicted: near },
    { name: 'far', predicted: far },
  ]
  const report = await compareModels({ task: 'regression', target: 'price', truth, models, seed: 2 })
  for (const [i, { values }] of report.models.entries()) {
    for (const [j, value] of values.entries()) expect(value).toBeCloseTo(numbers.values[i]?.[j] ?? -1, 9)
  }
  const [pair] = report.pairs
  // 10,000 drawn signs: their standard error at this p is below 0.004
  expect(Math.abs((pair?.p ?? 0) - numbers.p)).toBeLessThan(0.012)
  expect(Math.abs((pair?.differences[0]?.interval?.low ?? 0) - (numbers.interval[0] ?? 0))).toBeLessThan(0.06)
  expect(Math.abs((pair?.differences[0]?.interval?.high ?? 0) - (numbers.interval[1] ?? 0))).toBeLessThan(0.06)
  expect(pair?.rows).toBeNull()
  expect(pair?.sentence).toMatch(/^near is better than far by 0\.817 MAE \(95 % 0\.\d+ to 1\.\d+\), p = 0\.00\d\.$/)
})

describe('three models', () => {
  test('all pairs, p adjusted for them; a model against itself is the same', async () => {
    const { pairs } = await compareLabels([...two, { name: 'A again', predicted: labels.first }])
    expect(pairs.map(({ first, second }) => `${first}, ${second}`)).toEqual(['A, B', 'A, A again', 'B, A again'])
    expect(pairs[0]?.adjustedP).toBeCloseTo((labels.p * 3) / 2, 9)
    expect(pairs[1]).toMatchObject({ p: 1, winner: null, differences: [{ value: 0, interval: { low: 0, high: 0 } }, {}, {}] })
    expect(pairs[1]?.sentence).toBe('A and A again are equally good on 300 rows: accuracy is the same.')
    expect(pairs[2]?.sentence).toMatch(/^B is better than A again by 9\.3 points/)
  })
})

test('a difference that may be chance is said to be one', async () => {
  const truth = Array.from({ length: 60 }, () => 'x')
  const wrongIn = (rows: number[]) => truth.map((label, row) => (rows.includes(row) ? 'y' : label))
  const { pairs } = await compareLabels(
    [
      { name: 'A', predicted: wrongIn([1, 2, 3]) },
      { name: 'B', predicted: wrongIn([4]) },
    ],
    truth,
  )
  // 3 against 1 by binomtest(1, 4): 0.625
  expect(pairs[0]).toMatchObject({ test: 'McNemar, exact', p: expect.closeTo(0.625, 12), winner: null })
  expect(pairs[0]?.sentence).toMatch(
    /^B is ahead of A by 3\.3 points of accuracy \(95 % −3\.3 to 10\.0\), p = 0\.6\d: that may be chance on 60 rows\.$/,
  )
})

test.each<[string, string[], { name: string; predicted: string[] }[], RegExp]>([
  ['one model', ['x'], [{ name: 'A', predicted: ['x'] }], /at least two models/],
  ['no rows', [], two.map(({ name }) => ({ name, predicted: [] })), /no rows/],
])('refuses %s', async (_what, truth, models, sentence) => {
  await expect(compareLabels(models, truth)).rejects.toThrow(sentence)
})

test('one row, and right answers that are all the same, have figures but no R2 and no interval', async () => {
  const models = [
    { name: 'A', predicted: Float64Array.of(1) },
    { name: 'B', predicted: Float64Array.of(2) },
  ]
  const report = await compareModels({ task: 'regression', target: 'y', truth: Float64Array.of(1), models, seed: 1 })
  expect(report.models.map(({ values }) => values)).toEqual([
    [0, 0, null],
    [1, 1, null],
  ])
  expect(report.pairs[0]).toMatchObject({ p: 1, differences: [{ value: 1, interval: null }, {}, { value: null, interval: null }] })
})

describe('many rows', () => {
  const rows = 30_000
  const random = seededRandom(5)
  const draw = Array.from({ length: rows }, () => random())

  test('classes are drawn as counts of equal rows: the intervals are those of drawn rows, and no resample is saved', async () => {
    const truth = draw.map((u) => (u < 0.3 ? 'a' : u < 0.8 ? 'b' : 'c'))
    const wrong = (share: number) => truth.map((label) => (random() < share ? 'a' : label))
    const first = wrong(0.2)
    const second = wrong(0.19)
    const report = await compareLabels(
      [
        { name: 'A', predicted: first },
        { name: 'B', predicted: second },
      ],
      truth,
    )
    expect(report.resamples).toBe(2_000)
    // the standard error of a difference of two shares of the same rows
    const gains = truth.map((label, i) => Number(second[i] === label) - Number(first[i] === label))
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / rows
    const error = Math.sqrt(gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0)) / rows
    const { value, interval } = report.pairs[0]?.differences[0] ?? { value: null, interval: null }
    expect(value).toBeCloseTo(mean, 12)
    expect(Math.abs((interval?.low ?? 0) - (mean - 1.96 * error))).toBeLessThan(0.15 * error)
    expect(Math.abs((interval?.high ?? 0) - (mean + 1.96 * error))).toBeLessThan(0.15 * error)
    expect(report.pairs[0]?.differences.every(({ interval }) => interval && interval.high - interval.low > error)).toBe(true)
  })

  test('errors of numbers are tested by their normal limit, which drawn signs agree with', async () => {
    const truth = Float64Array.from(draw)
    const near = truth.map((value) => value + random() - 0.5)
    const far = truth.map((value) => value + (random() - 0.5) * 1.008)
    const { pairs } = await compareModels({
      task: 'regression',
      target: 'y',
      truth,
      models: [
        { name: 'near', predicted: near },
        { name: 'far', predicted: far },
      ],
      seed: 1,
    })
    const differences = truth.map((value, i) => Math.abs(value - (far[i] ?? 0)) - Math.abs(value - (near[i] ?? 0)))
    const whole = Math.abs(differences.reduce((total, one) => total + one, 0))
    let beyond = 0
    for (let i = 0; i < 500; i++) {
      let sum = 0
      for (const one of differences) sum += random() < 0.5 ? one : -one
      if (Math.abs(sum) >= whole) beyond += 1
    }
    expect(Math.abs((pairs[0]?.p ?? 0) - beyond / 500)).toBeLessThan(0.07)
    expect(pairs[0]?.differences[0]?.interval).not.toBeNull()
  })
})
