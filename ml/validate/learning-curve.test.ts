import { describe, expect, test } from 'vitest'
import type { Estimator } from '#core/estimators/estimators'
import { learningCurveReportSchema } from '#core/reports/learning-curve'
import golden from '../fixtures/golden-learning-curve.json'
import { curveSizes, learningCurve } from './learning-curve'

const columns = Object.fromEntries(
  ['a', 'b', 'c'].map((name, k) => [name, { type: 'number' as const, values: Float64Array.from(golden.x, (row) => row[k] ?? 0) }]),
)
const plan = {
  prepare: [],
  features: [{ kind: 'number' as const, columns: ['a', 'b', 'c'], impute: 'median' as const, indicator: false, scale: 'none' as const }],
}
const gaussian: Estimator = { kind: 'gaussian-naive-bayes', varSmoothing: 1e-9 }
const ridge: Estimator = { kind: 'linear-regression', penalty: 'ridge', alpha: 1, l1Share: 0.5, maxEpochs: 1_000 }

const sizesOf = (folds: { train: number[]; test: number[] }[]) =>
  golden.sizes.map((rows) => ({
    share: rows / 96,
    folds: folds.map(({ train, test }) => ({ train: Int32Array.from(train.slice(0, rows)).sort(), test: Int32Array.from(test) })),
  }))

describe('scores of the same rows are those of scikit-learn', () => {
  test(golden.classes.call, async () => {
    const report = await learningCurve({
      columns,
      plan,
      target: golden.label,
      estimator: gaussian,
      seed: 1,
      metric: '',
      sizes: () => sizesOf(golden.classes.folds),
    })
    expect(report.metric).toEqual({ name: 'macro F1', better: 'higher', isShare: true })
    for (const [i, point] of report.points.entries()) {
      expect(point.rows).toBe(golden.sizes[i])
      for (const [fold, score] of point.test.folds.entries()) expect(score).toBeCloseTo(golden.classes.test[i]?.[fold] ?? -1, 9)
      for (const [fold, score] of point.training.folds.entries()) expect(score).toBeCloseTo(golden.classes.training[i]?.[fold] ?? -1, 9)
    }
    expect(learningCurveReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
  })

  test(golden.numbers.call, async () => {
    const report = await learningCurve({
      columns,
      plan,
      target: Float64Array.from(golden.price),
      estimator: ridge,
      seed: 1,
      metric: '',
      sizes: () => sizesOf(golden.numbers.folds),
    })
    expect(report.metric).toEqual({ name: 'RMSE', better: 'lower', isShare: false })
    for (const [i, point] of report.points.entries()) {
      for (const [fold, score] of point.test.folds.entries()) expect(-score).toBeCloseTo(golden.numbers.test[i]?.[fold] ?? -1, 5)
      for (const [fold, score] of point.training.folds.entries()) expect(-score).toBeCloseTo(golden.numbers.training[i]?.[fold] ?? -1, 5)
    }
  })
})

const y = Int32Array.from({ length: 103 }, (_, i) => (i < 60 ? 0 : i < 99 ? 1 : 2))

test('sizes are nested, of every class alike, and test on the same rows', () => {
  const sizes = curveSizes(y, { shares: [1, 0.1, 0.4], folds: 4, seed: 5 })
  expect(sizes.map(({ share }) => share)).toEqual([0.1, 0.4, 1])
  for (const [i, { folds, share }] of sizes.entries()) {
    for (const [k, fold] of folds.entries()) {
      const next = sizes[i + 1]?.folds[k]
      if (next) expect([...fold.train].every((row) => next.train.includes(row))).toBe(true)
      expect([...fold.test]).toEqual([...(sizes[2]?.folds[k]?.test ?? [])])
      expect([...fold.train].some((row) => fold.test.includes(row))).toBe(false)
      const firsts = fold.train.filter((row) => y[row] === 0).length
      expect(Math.abs(firsts - share * 45)).toBeLessThanOrEqual(1)
      expect(fold.train.filter((row) => y[row] === 2).length).toBeGreaterThan(0)
    }
  }
  expect(curveSizes(y, { shares: [1, 0.1, 0.4], folds: 4, seed: 5 })).toEqual(sizes)
})

test('shares that come to the same rows are refused', () => {
  expect(() => curveSizes(new Int32Array(8), { shares: [0.1, 0.2, 1], folds: 4, seed: 5 })).toThrow(
    /10 % and 20 % of the training rows are the same 1 row: choose shares further apart/,
  )
})

test('a metric that does not exist is told with those that do, and cancelling is heard', async () => {
  const args = { columns, plan, target: golden.label, estimator: gaussian, seed: 1, sizes: () => sizesOf(golden.classes.folds) }
  await expect(learningCurve({ ...args, metric: 'RMSE' })).rejects.toThrow(/There is no "RMSE" of 12 training rows; there are accuracy,/)
  const aborted = AbortSignal.abort()
  await expect(learningCurve({ ...args, metric: '', signal: aborted })).rejects.toMatchObject({ code: 'cancelled' })
})
