import { describe, expect, test } from 'vitest'
import { liftReportSchema } from '#core/reports/lift'
import { type ThresholdMetric, thresholdMetrics, thresholdsReportSchema } from '#core/reports/thresholds'
import golden from '../fixtures/golden-judging.json'
import { liftAndGain } from './lift-and-gain'
import { cutsOf, thinByRows } from './one-against-rest'
import { thresholdCurve } from './threshold-curve'

const { thresholds, lift } = golden
const isPositive = Uint8Array.from(thresholds.positive)
const curve = (by: ThresholdMetric, inUse = 0.5) =>
  thresholdCurve({ name: 'yes', scores: thresholds.score, isPositive, costs: thresholds.costs, by, inUse })

describe('thresholdCurve', () => {
  test(thresholds.call, () => {
    const report = curve('F1')
    const [none, ...points] = report.points
    expect(none).toMatchObject({ threshold: null, called: 0, recall: 0, precision: 0 })
    expect(points.map(({ threshold }) => threshold)).toEqual(thresholds.threshold)
    for (const [i, point] of points.entries()) {
      expect(point.precision).toBeCloseTo(thresholds.precision[i] ?? -1, 12)
      expect(point.recall).toBeCloseTo(thresholds.recall[i] ?? -1, 12)
      expect(point.falsePositiveRate).toBeCloseTo(thresholds.falsePositiveRate[i] ?? -1, 12)
      for (const name of ['f1', 'accuracy', 'cost'] as const)
        expect(point[name]).toBeCloseTo(thresholds.figures[i]?.[name] ?? Number.NaN, 12)
    }
    expect(thresholdsReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
  })
  test.each(thresholdMetrics)('no point is better than the best by %s', (by) => {
    const { best, points } = curve(by)
    const merit = { cost: -best.cost, F1: best.f1, accuracy: best.accuracy, 'balanced accuracy': best.recall - best.falsePositiveRate }[by]
    for (const point of points) {
      const other = {
        cost: -point.cost,
        F1: point.f1,
        accuracy: point.accuracy,
        'balanced accuracy': point.recall - point.falsePositiveRate,
      }[by]
      expect(other).toBeLessThanOrEqual(merit + 1e-12)
    }
  })
  test('a threshold between two probabilities calls the rows above it', () => {
    const called = thresholds.score.filter((score) => score >= 0.505).length
    expect(curve('F1', 0.505).inUse).toMatchObject({ threshold: 0.505, called })
    expect(curve('F1', 2).inUse).toMatchObject({ called: 0, recall: 0 })
  })
  test.each<[string, number, number, number | null]>([
    ['false alarms that cost much: call none', 100, 1, null],
    ['misses that cost much: call all', 1, 100, 0.2],
  ])('%s', (_what, falsePositive, falseNegative, threshold) => {
    const costs = { truePositive: 0, falsePositive, falseNegative, trueNegative: 0 }
    const args = { name: 'yes', scores: [0.9, 0.8, 0.2, 0.2], isPositive: Uint8Array.of(0, 1, 1, 0), costs, inUse: 0.5 }
    expect(thresholdCurve({ ...args, by: 'cost' }).best.threshold).toBe(threshold)
  })
  test('thousands of probabilities are thinned, the best kept', () => {
    const scores = Array.from({ length: 5000 }, (_, i) => i / 5000)
    const many = Uint8Array.from(scores, (score) => (score >= 0.6166 ? 1 : 0))
    const report = thresholdCurve({ name: 'yes', scores, isPositive: many, costs: thresholds.costs, by: 'F1', inUse: 0.5 })
    expect(report.points.length).toBeLessThanOrEqual(200)
    expect(report.points.length).toBeGreaterThan(190)
    expect(report.best).toMatchObject({ threshold: 0.6166, f1: 1 })
    expect(report.points).toContainEqual(expect.objectContaining({ threshold: 0.6166 }))
    expect(report.points.at(-1)).toMatchObject({ called: 5000, recall: 1 })
  })
  test('a class without rows has zeros, no NaN', () => {
    const report = thresholdCurve({
      name: 'no',
      scores: [0.3],
      isPositive: Uint8Array.of(0),
      costs: thresholds.costs,
      by: 'F1',
      inUse: 0.5,
    })
    expect(thresholdsReportSchema.parse(report).best).toMatchObject({ threshold: null, f1: 0, accuracy: 1 })
  })
  test('says what is wrong', () => {
    expect(() => cutsOf([], new Uint8Array())).toThrow(/no rows/)
    expect(() => cutsOf([0.5, Number.NaN], Uint8Array.of(0, 1))).toThrow(/Row 2 has no probability/)
  })
})

describe('liftAndGain', () => {
  const two = (scores: readonly number[]) => scores.flatMap((score) => [1 - score, score])
  test(lift.call, () => {
    const report = liftAndGain({ classes: ['no', 'yes'], truth: Int32Array.from(thresholds.positive), probabilities: two(lift.score) })
    const yes = report.classes[1]
    for (const [i, decile] of (yes?.deciles ?? []).entries()) {
      expect(decile.rate).toBeCloseTo(lift.rate[i] ?? -1, 12)
      expect(decile.lift).toBeCloseTo(lift.lift[i] ?? -1, 12)
      expect(decile.gain).toBeCloseTo(lift.gain[i] ?? -1, 12)
    }
    expect([yes?.curve[0], yes?.curve.at(-1)]).toEqual([
      { x: 0, y: 0 },
      { x: 1, y: 1 },
    ])
    expect(liftReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
  })
  test('rows of one probability are spread evenly: their order says nothing', () => {
    const report = liftAndGain({
      classes: ['no', 'yes'],
      truth: Int32Array.of(1, 1, 0, 0, 0),
      probabilities: two([0.5, 0.5, 0.5, 0.5, 0.5]),
    })
    for (const decile of report.classes[1]?.deciles ?? []) expect(decile.lift).toBeCloseTo(1, 12)
  })
  test('a class without rows is left out; one row is enough', () => {
    const report = liftAndGain({ classes: ['no', 'yes'], truth: Int32Array.of(1), probabilities: [0.1, 0.9] })
    expect(report.classes.map(({ name }) => name)).toEqual(['yes'])
    expect(report.classes[0]?.deciles[9]).toMatchObject({ gain: 1, cumulativeLift: 1 })
  })
})

test('thinning keeps the ends and the limit, also where most rows stand in one cut', () => {
  const items = Array.from({ length: 1000 }, (_, i) => (i < 500 ? i : 100_000 + i))
  const thin = thinByRows(items, (item) => item, 50)
  expect([thin[0], thin.at(-1)]).toEqual([0, 100_999])
  expect(thin.length).toBeLessThanOrEqual(50)
})
