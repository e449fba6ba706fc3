import { expect, test } from 'vitest'
import golden from '../fixtures/golden-calibration.json'
import { classBaselines, middlesOf, numberBaselines } from './baselines'
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
