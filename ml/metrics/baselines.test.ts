import { expect, test } from 'vitest'
import golden from '../fixtures/golden-calibration.json'
import { classBaselines, lastValues, middlesOf, numberBaselines } from './baselines'
import { classQuality } from './class-quality'
import { classificationReport } from './classification-report'

test('golden figures of dummy classifiers', () => {
  const { trained, judged, mostFrequent, stratified } = golden.classBaselines
  const [first, second] = classBaselines(trained, judged).map(({ accuracy, macroF1, logLoss }) => [accuracy, macroF1, logLoss])
  for (const [i, value] of mostFrequent.entries()) expect(first?.[i]).toBeCloseTo(value, 10)
  // a mean over 4,000 draws is sure of about three digits; the F1 of the mean counts is not quite the mean F1
  for (const [i, digits] of [3, 2, 1].entries()) expect(second?.[i]).toBeCloseTo(stratified[i] ?? Number.NaN, digits)
})

test('golden figures of dummy regressors', () => {
  const { trained, truth, mean, median } = golden.numberBaselines
  const found = numberBaselines(middlesOf(Float64Array.from(trained)), Float64Array.from(truth))
  for (const [i, expected] of [mean, median].entries()) {
    const { answer, r2, mae, rmse } = found[i] ?? { answer: 0, r2: 0, mae: 0, rmse: 0 }
    for (const [j, value] of [answer, r2, mae, rmse].entries()) expect(value).toBeCloseTo(expected[j] ?? Number.NaN, 10)
  }
})

test.each<[string, number[], [number, number]]>([
  ['an even number of values', [4, 1, 3, 2], [2.5, 2.5]],
  ['one value', [7], [7, 7]],
  ['values whose sum is beyond a double', [1.7e308, 1.7e308], [1.7e308, 1.7e308]],
])('mean and median of %s', (_name, values, middles) => {
  const { mean, median } = middlesOf(Float64Array.from(values))
  expect([mean, median]).toEqual(middles)
})

test('overall figures are those of the whole report', () => {
  const truth = Int32Array.of(0, 1, 2, 2, 1, 0, 0)
  const predicted = Int32Array.of(0, 1, 1, 2, 1, 0, 1)
  const all = new Float32Array(28).fill(1 / 4)
  const { accuracy, macroF1, logLoss } = classificationReport({ classes: ['a', 'b', 'c', 'd'], truth, predicted, probabilities: all })
  expect(classQuality(truth, predicted, all, 4)).toEqual({ accuracy, macroF1, logLoss })
})

test('the last value before each row, as pandas shift(1) over the rows in order of time', () => {
  const rows = { times: Float64Array.of(30, 10, 20), values: Float64Array.of(3, 1, 2) }
  const none = { times: new Float64Array(), values: new Float64Array() }
  expect([...lastValues(rows, none)]).toEqual([2, Number.NaN, 1])
  expect([...lastValues(rows, { times: Float64Array.of(15, 5), values: Float64Array.of(15, 5) })]).toEqual([2, 5, 15])
})

test('rows of one moment do not know each other; the last row of the moment before counts', () => {
  const rows = { times: Float64Array.of(2, 2, 1, 1, 3), values: Float64Array.of(20, 21, 10, 11, 30) }
  expect([...lastValues(rows, { times: Float64Array.of(0), values: Float64Array.of(-1) })]).toEqual([11, 11, -1, -1, 21])
})

test('the last value is the first of the baselines, with the errors of its forecast', () => {
  const truth = Float64Array.of(1, 2, 4)
  const [last, mean] = numberBaselines({ mean: 2, median: 2 }, truth, Float64Array.of(0, 1, 2))
  expect(last).toEqual({
    name: 'last value',
    answer: null,
    r2: expect.closeTo(1 - 6 / (14 / 3), 12),
    mae: expect.closeTo(4 / 3, 12),
    rmse: expect.closeTo(Math.sqrt(2), 12),
  })
  expect(mean?.name).toBe('mean')
  expect(numberBaselines({ mean: 2, median: 2 }, truth).map(({ name }) => name)).toEqual(['mean', 'median'])
})
