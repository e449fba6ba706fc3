import { describe, expect, test } from 'vitest'
import { regressionReportSchema } from '#core/reports/regression'
import golden from '../fixtures/golden-regression.json'
import { residualInterval } from './prediction-interval'
import { regressionReport } from './regression-report'

const reportOf = (truth: number[], predicted: number[]) => regressionReport({ target: 'y', truth: Float64Array.from(truth), predicted })

describe('regressionReport', () => {
  test(`${golden.metrics.call} of scikit-learn`, () => {
    const { predicted, call: _, ...expected } = golden.metrics
    const report = reportOf(golden.price, predicted)
    for (const [name, value] of Object.entries(expected)) expect(report).toHaveProperty(name, expect.closeTo(value, 12))
    expect(regressionReportSchema.parse(report)).toEqual(report)
  })
  test('every row lies in one bin of the residuals, and the worst come first', () => {
    const truth = Array.from({ length: 1_000 }, (_, i) => Math.sin(i) * 10)
    const report = regressionReport({
      target: 'y',
      truth: Float64Array.from(truth),
      predicted: truth.map((_, i) => (i === 70 ? 100 : i / 100)),
      interval: { share: 0.8, low: -5, high: 5 },
      texts: (row) => `row ${row}`,
    })
    expect(report.residuals.counts.reduce((sum, count) => sum + count, 0)).toBe(1_000)
    expect(report.residuals.edges).toHaveLength(report.residuals.counts.length + 1)
    expect(report.points).toHaveLength(300)
    expect(report.points.at(-1)?.predicted).toBe(100)
    expect(report.worst[0]).toMatchObject({ row: 70, predicted: 100, text: 'row 70' })
    expect(report.interval?.covered).toBeCloseTo(truth.filter((value, i) => i !== 70 && Math.abs(value - i / 100) <= 5).length / 1_000, 12)
  })
  test.each<[string, number[], number[], Record<string, unknown>]>([
    ['right everywhere', [1, 2], [1, 2], { r2: 1, mae: 0, rmse: 0, residuals: { edges: [0, 0], counts: [2] } }],
    ['one row', [3], [1], { r2: null, mae: 2, mape: 2 / 3, points: [{ predicted: 1, truth: 3 }] }],
    ['the same answer everywhere', [5, 5, 5], [4, 5, 6], { r2: null, mae: 2 / 3 }],
    ['a right answer of 0', [0, 1], [1, 1], { mape: null, r2: -1 }],
    ['no rows', [], [], { rows: 0, r2: null, mae: 0, rmse: 0, interval: null }],
    ['huge values', [1e38, -1e38], [-1e38, 1e38], { mae: 2e38, r2: -3 }],
  ])('%s', (_name, truth, predicted, expected) => {
    expect(reportOf(truth, predicted)).toMatchObject(expected)
  })
})

describe('residualInterval', () => {
  test('is made of the order statistics that cover a new row', () => {
    // n + 1 = 20: the 2nd and the 18th of 19
    const truth = Array.from({ length: 19 }, (_, i) => ((i * 7) % 19) + 1)
    expect(residualInterval(truth, new Float64Array(19), 0.8)).toEqual({ share: 0.8, low: 2, high: 18 })
  })
  test('covers its share of new rows', () => {
    let covered = 0
    for (let trial = 0; trial < 400; trial++) {
      const noise = Array.from({ length: 31 }, (_, i) => (Math.sin((trial * 31 + i) * 12.9898) * 43758.5453) % 1)
      const { low, high } = residualInterval(noise.slice(0, 30), new Float64Array(30), 0.8)
      const next = noise[30] ?? 0
      if (next >= low && next <= high) covered += 1
    }
    expect(covered / 400).toBeGreaterThan(0.76)
    expect(covered / 400).toBeLessThan(0.9)
  })
  test.each([1, 2, 5])('of %i rows is their whole range', (n) => {
    const truth = Array.from({ length: n }, (_, i) => i)
    expect(residualInterval(truth, new Float64Array(n), 0.8)).toMatchObject({ low: 0, high: n - 1 })
  })
})
