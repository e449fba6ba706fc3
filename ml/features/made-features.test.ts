import { describe, expect, test } from 'vitest'
import { featureStepSchema, planSchema } from '#core/ports/plan'
import type { TrainColumns } from '#ml/pipeline/data'
import type { Answers } from './answers'
import { fitFeatures, fitTrainingRows, transformFeatures } from './fit-plan'
import { featureName } from './fitted-features'
import { readRawColumns } from './read-raw-columns'

const text = (values: readonly string[]) => ({ type: 'text' as const, values, missing: Uint8Array.from(values, (v) => (v === '' ? 1 : 0)) })
const columns: TrainColumns = {
  city: text(['Gent', 'Gent', 'Gent', 'Luik', 'Luik', 'Brugge', '', 'Namur']),
  plan: text(['pro', 'pro', 'free', 'pro', 'free', 'pro', 'pro', 'pro']),
  at: text(['2024-01-01', '2024-01-02', '2024-01-11', '', '2024-01-05', '2024-01-06', '2024-01-07', '2030-01-01']),
  note: text(['Hi!', '', 'A', 'b', 'c', 'd', 'e', 'f']),
  n: { type: 'number', values: Float64Array.of(1, 2, 3, 4, 5, 6, Number.NaN, 8) },
}
const yes: Answers = { y: Int32Array.of(1, 1, 0, 0, 0, 1, 0, 1), classes: ['no', 'yes'] }
const train = Int32Array.of(0, 1, 2, 3, 4, 5)
const all = Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7)

const read = (steps: readonly object[], answers: Answers = yes) =>
  readRawColumns(
    columns,
    steps.map((step) => featureStepSchema.parse(step)),
    undefined,
    { answers, seed: 3 },
  )

/** Name and values of each term, fitted on the first six rows. */
async function termsOf(steps: readonly object[], answers: Answers = yes) {
  const raw = await read(steps, answers)
  const features = await fitFeatures(raw, train)
  const x = transformFeatures(features, raw, all)
  const terms: Record<string, number[]> = {}
  for (let row = 0; row < x.rows; row++) {
    for (let j = x.ptr[row] ?? 0; j < (x.ptr[row + 1] ?? 0); j++) {
      const name = featureName(features, x.ids[j] ?? 0)
      terms[name] ??= new Array<number>(x.rows).fill(0)
      terms[name][row] = Number((x.values[j] ?? 0).toFixed(4))
    }
  }
  return terms
}

const category = { kind: 'category', columns: ['city'], minRows: 2, maxValues: 10 }
const date = { kind: 'date', columns: ['at'], parts: [], cyclic: false, ageTo: 'latest', impute: 'none', indicator: false, scale: 'none' }

describe('categories as numbers', () => {
  test('ranks: rare and unseen values come last', async () => {
    expect(await termsOf([{ ...category, encoding: 'ordinal' }])).toEqual({ 'rank of city': [0, 0, 0, 1, 1, 2, 2, 2] })
  })
  test('shares of the second class, of three classes and means of numbers; rare values share theirs', async () => {
    const target = { ...category, encoding: 'target', smoothing: 0 }
    const two = [0.6667, 0.6667, 0.6667, 0, 0, 1, 1, 1]
    expect(await termsOf([target])).toEqual({ 'city: share of yes': two })
    expect(await termsOf([target], { ...yes, classes: ['no', 'yes', 'so'] })).toMatchObject({ 'city: share of yes': two })
    expect(await termsOf([{ ...target, minRows: 1 }], { y: Float64Array.of(1, 2, 3, 4, 6, 9, 0, 0), classes: null })).toEqual({
      // a value that was never seen has the mean of all
      'city: mean of the target': [2, 2, 2, 5, 5, 9, 4.1667, 4.1667],
    })
  })
  test('crosses, by the names of both', async () => {
    expect(await termsOf([{ ...category, kind: 'cross', columns: ['city', 'plan'], encoding: 'one-hot' }])).toEqual({
      'city and plan = Gent and pro': [1, 1, 0, 0, 0, 0, 0, 0],
      'city and plan is another value': [0, 0, 1, 1, 1, 1, 1, 1],
    })
  })
})

describe('ages', () => {
  const missing = Number.NaN
  test('count to the latest date of the training rows, or to a stated one', async () => {
    expect(await termsOf([date])).toEqual({ 'at: age in days': [10, 9, 0, missing, 6, 5, 4, -2182] })
    expect(await termsOf([{ ...date, ageTo: '2024-01-02T12:00:00Z' }])).toEqual({
      'at: age in days': [1.5, 0.5, -8.5, missing, -2.5, -3.5, -4.5, -2190.5],
    })
    await expect(termsOf([{ ...date, ageTo: 'soon' }])).rejects.toThrow(/"soon" is no moment/)
  })
  test('grow with age when they are scaled', async () => {
    const scaled = (await termsOf([{ ...date, scale: 'standard', impute: 'mean' }]))['at: age in days'] ?? []
    expect(scaled[0]).toBeGreaterThan(scaled[2] ?? 0)
    expect(scaled[3]).toBeCloseTo(0, 2)
  })
})

test('a selection renames nothing, and what comes after it stays', async () => {
  const number = { kind: 'number', columns: ['n'], impute: 'median', indicator: false, scale: 'none' }
  const selection = { kind: 'selection', columns: [], method: 'f-test', keep: 1, above: 0 }
  const terms = await termsOf([{ ...category, minRows: 1, encoding: 'one-hot' }, selection, number])
  expect(Object.keys(terms)).toEqual(['n', 'city = Luik'])
})

test.each([0, 1])('%i rows of training', async (count) => {
  const steps = [
    { ...category, encoding: 'target' },
    { ...category, kind: 'cross', columns: ['city', 'plan'], encoding: 'ordinal' },
    { ...date, parts: ['year', 'month'], cyclic: true, impute: 'mean', scale: 'standard' },
    { kind: 'statistics', columns: ['note'], statistics: ['words', 'capitals'], scale: 'quantile' },
    { kind: 'number', columns: ['n'], impute: 'mean', indicator: true, scale: 'robust' },
  ]
  const raw = await read(steps)
  const { features, x } = await fitTrainingRows(raw, train.slice(0, count))
  expect(x.rows).toBe(count)
  expect(x.values.every(Number.isFinite)).toBe(true)
  expect(transformFeatures(features, raw, all).values.every(Number.isFinite)).toBe(true)
})

test('plans of earlier versions are what they were', () => {
  const features = [
    { kind: 'number', columns: ['n'], impute: 'median', indicator: false, scale: 'standard' },
    { kind: 'category', columns: ['c'], minRows: 2, maxValues: 9 },
  ]
  expect(planSchema.parse({ prepare: [], features }).features).toEqual([features[0], { ...features[1], encoding: 'one-hot' }])
})
