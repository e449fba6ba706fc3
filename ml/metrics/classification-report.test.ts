import { describe, expect, test } from 'vitest'
import { classificationReportSchema } from '#core/reports/report'
import golden from '../fixtures/golden.json'
import { classificationReport } from './classification-report'
import { thinCurve } from './ranking'

const { metrics } = golden
const classes = ['a', 'b', 'c']

describe('classificationReport', () => {
  test(metrics.call, () => {
    const report = classificationReport({
      classes,
      truth: Int32Array.from(metrics.truth),
      probabilities: Float32Array.from(metrics.probabilities.flat()),
    })
    expect(classificationReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
    expect(report.accuracy).toBeCloseTo(metrics.accuracy, 10)
    expect(report.logLoss).toBeCloseTo(metrics.logLoss, 5)
    expect(report.ece).toBeCloseTo(metrics.ece, 6)
    for (const [k, figures] of report.perClass.entries()) {
      expect(figures.precision).toBeCloseTo(metrics.precision[k] ?? -1, 10)
      expect(figures.recall).toBeCloseTo(metrics.recall[k] ?? -1, 10)
      expect(figures.f1).toBeCloseTo(metrics.f1[k] ?? -1, 10)
      expect(figures.rocAuc).toBeCloseTo(metrics.rocAuc[k] ?? -1, 10)
      expect(figures.averagePrecision).toBeCloseTo(metrics.averagePrecision[k] ?? -1, 10)
    }
  })
  test('counts by hand', () => {
    const probabilities = Float32Array.from([0.9, 0.1, 0.2, 0.8, 0.7, 0.3, 0.4, 0.6])
    const report = classificationReport({
      classes: ['ham', 'spam'],
      truth: Int32Array.of(0, 1, 1, 0),
      probabilities,
      texts: (row) => `row ${row}`,
    })
    expect(report.confusion).toEqual([
      [1, 1],
      [1, 1],
    ])
    expect(report.perClass[1]).toMatchObject({ rows: 2, predicted: 2, precision: 0.5, recall: 0.5, falsePositiveRate: 0.5 })
    expect(report.mistakes.map(({ row, text }) => [row, text])).toEqual([
      [2, 'row 2'],
      [3, 'row 3'],
    ])
    expect(report.mistakes[0]?.truthProbability).toBeCloseTo(0.3, 6)
  })
  test('mistakes are the 100 surest, and five of each kind that the surest would crowd out', () => {
    // 400 sure mistakes of b called a, 10 unsure ones of c called a
    const truth = Int32Array.from({ length: 410 }, (_, row) => (row < 400 ? 1 : 2))
    const probabilities = Float32Array.from(
      [...truth].flatMap((k, row) => (k === 1 ? [0.9, 0.1, 0] : [0.5 + row / 10_000, 0, 0.5 - row / 10_000])),
    )
    const { mistakes } = classificationReport({ classes: ['a', 'b', 'c'], truth, probabilities })
    expect(mistakes).toHaveLength(105)
    expect(mistakes.slice(100).map(({ row, truth }) => [row, truth])).toEqual([409, 408, 407, 406, 405].map((row) => [row, 'c']))
  })
  test('a class without rows has no ranking figures, and figures of 0/0 are 0', () => {
    const report = classificationReport({ classes, truth: Int32Array.of(0, 1), probabilities: Float32Array.from([1, 0, 0, 0, 1, 0]) })
    expect(report.rocAuc).toBeNull()
    expect(report.perClass[2]).toMatchObject({ rows: 0, precision: 0, recall: 0, f1: 0, rocAuc: null })
  })
  test('refuses no rows and a wrong number of probabilities', () => {
    expect(() => classificationReport({ classes, truth: new Int32Array(), probabilities: new Float32Array() })).toThrow(/no rows/)
    expect(() => classificationReport({ classes, truth: Int32Array.of(0), probabilities: new Float32Array(2) })).toThrow(
      /need 3 probabilities/,
    )
  })
})

test('thinning keeps the ends and the limit', () => {
  const curve = Array.from({ length: 5000 }, (_, i) => ({ x: i / 4999, y: Math.sqrt(i / 4999), threshold: 1 - i / 5000 }))
  const thin = thinCurve(curve, 200)
  expect(thin.length).toBeLessThanOrEqual(200)
  expect(thin.length).toBeGreaterThan(150)
  expect([thin[0], thin.at(-1)]).toEqual([curve[0], curve.at(-1)])
})
