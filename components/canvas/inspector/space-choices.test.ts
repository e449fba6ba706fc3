import { expect, test } from 'vitest'
import { labelledKinds } from '#core/estimators/estimators'
import { dimensionSchema } from '#core/tune/space'
import { dimensionFor, paramsLeft, rangeWords, readSpace, readValues, usualSpace } from './space-choices.ts'

test.each(labelledKinds)('every param of %s that is offered begins with a range that is in order', (estimator) => {
  for (const name of paramsLeft(estimator, [])) {
    const dimension = dimensionFor(estimator, name)
    expect(dimensionSchema.safeParse(dimension).success, name).toBe(true)
  }
})

test('what varies already is not offered again, and lists of columns never', () => {
  expect(paramsLeft('naive-bayes', usualSpace('naive-bayes'))).toEqual([])
  expect(paramsLeft('gradient-boosting', [])).not.toContain('increasing')
})

test.each<[string, ReturnType<typeof dimensionFor>]>([
  ['balanced', { kind: 'choice', path: 'estimator.balanced', values: [false, true] }],
  ['penalty', { kind: 'choice', path: 'estimator.penalty', values: ['l2', 'l1', 'elastic-net'] }],
  ['maxEpochs', { kind: 'int', path: 'estimator.maxEpochs', low: 10, high: 1000, log: true }],
  ['l1Share', { kind: 'real', path: 'estimator.l1Share', low: 0.05, high: 1, log: true }],
  ['no such param', null],
])('%s of logistic regression', (name, dimension) => {
  expect(dimensionFor('logistic-regression', name)).toEqual(dimension)
})

test('a range that is upside down stays on the form, nonsense does not', () => {
  const upside = { kind: 'int', path: 'estimator.k', low: 9, high: 1, log: false }
  expect(readSpace([upside, 7, null])).toEqual([upside])
  expect(readSpace('x')).toEqual([])
})

test('values are read as what they mean, once each', () => {
  expect(readValues('true, 3, l2 ,, 3')).toEqual([true, 3, 'l2'])
  expect(rangeWords({ kind: 'real', path: 'estimator.c', low: 0.01, high: 100, log: true })).toBe('0.01 to 100, logarithmic')
})
