import { expect, test } from 'vitest'
import { thresholdPoint } from '#core/reports/thresholds'
import golden from '../fixtures/golden-judging.json'
import { classCurves } from './class-curves'

const { positive, score, costs, threshold, precision, recall, falsePositiveRate, figures } = golden.thresholds
const probabilities = Float64Array.from(score.flatMap((p) => [1 - p, p]))
const truth = Int32Array.from(positive)

test(`figures from the counts: ${golden.thresholds.call}`, () => {
  const { thresholds } = classCurves({ classes: ['no', 'yes'], truth, probabilities })
  const yes = thresholds.find(({ name }) => name === 'yes')
  expect(yes?.points[0]).toEqual({ threshold: null, called: 0, hits: 0 })
  expect(yes?.points.slice(1).map((point) => point.threshold)).toEqual(threshold)
  for (const [i, counts] of yes?.points.slice(1).entries() ?? []) {
    const point = thresholdPoint(counts, { rows: 150, positives: yes?.positives ?? 0, costs })
    expect(point.precision).toBeCloseTo(precision[i] ?? -1, 12)
    expect(point.recall).toBeCloseTo(recall[i] ?? -1, 12)
    expect(point.falsePositiveRate).toBeCloseTo(falsePositiveRate[i] ?? -1, 12)
    expect(point.f1).toBeCloseTo(figures[i]?.f1 ?? -1, 12)
    expect(point.accuracy).toBeCloseTo(figures[i]?.accuracy ?? -1, 12)
    expect(point.cost).toBeCloseTo(figures[i]?.cost ?? -1, 12)
  }
})

test(`lift by tenths: ${golden.lift.call}`, () => {
  const own = Float64Array.from(golden.lift.score.flatMap((p) => [1 - p, p]))
  const { lift } = classCurves({ classes: ['no', 'yes'], truth, probabilities: own })
  const yes = lift.find(({ name }) => name === 'yes')
  for (const [i, decile] of yes?.deciles.entries() ?? []) {
    expect(decile.lift).toBeCloseTo(golden.lift.lift[i] ?? -1, 12)
    expect(decile.gain).toBeCloseTo(golden.lift.gain[i] ?? -1, 12)
  }
  expect(yes).not.toHaveProperty('curve')
})

test('many distinct probabilities are thinned to 200 points, both ends kept', () => {
  const rows = 5_000
  const labels = Int32Array.from({ length: rows }, (_, i) => (i * 7) % 3)
  const values = Float64Array.from({ length: rows * 3 }, (_, i) => ((i * 7919) % 10_007) / 10_007)
  const { thresholds } = classCurves({ classes: ['a', 'b', 'c'], truth: labels, probabilities: values })
  for (const { points, positives } of thresholds) {
    expect(points.length).toBeLessThanOrEqual(200)
    expect(points[0]?.called).toBe(0)
    expect(points.at(-1)).toMatchObject({ called: rows, hits: positives })
  }
})

test('a class without rows, and too many classes, have no curves', () => {
  const one = classCurves({ classes: ['a', 'b'], truth: Int32Array.of(0), probabilities: [0.7, 0.3] })
  expect(one.thresholds.map(({ name }) => name)).toEqual(['a'])
  const names = Array.from({ length: 13 }, (_, k) => `c${k}`)
  expect(classCurves({ classes: names, truth: Int32Array.of(0), probabilities: new Float64Array(13) })).toEqual({
    thresholds: [],
    lift: [],
  })
})
