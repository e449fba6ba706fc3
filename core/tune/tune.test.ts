import { describe, expect, test } from 'vitest'
import { randomFrom } from '#core/stats/testing'
import { gridAt, gridAxes, gridOf } from './grid'
import { sampleSpace } from './sample-space'
import { lineOf, placeOf, shareAt, valueAt } from './scale'
import { setParams } from './set-params'
import { searchSettingsSchema } from './settings'
import { countSettings, type Dimension, type Space, settingKey, spaceSchema } from './space'
import { bestTrial, type Trial } from './trial'

const c: Dimension = { kind: 'real', path: 'estimator.c', low: 0.01, high: 100, log: true }
const depth: Dimension = { kind: 'int', path: 'depth', low: 1, high: 4, log: false }
const terms: Dimension = { kind: 'int', path: 'terms', low: 10, high: 1000, log: true }
const variant: Dimension = { kind: 'choice', path: 'variant', values: ['a', 2, false, null] }

describe('a space', () => {
  test('is plain data with a sentence for each mistake', () => {
    const space = [c, depth, terms, variant]
    expect(spaceSchema.parse(JSON.parse(JSON.stringify(space)))).toEqual(space)
  })
  test.each<[string, unknown, RegExp]>([
    ['upside down', [{ ...depth, low: 9 }], /must not be above/],
    ['a logarithm of 0', [{ ...c, low: 0 }], /above 0/],
    ['a range without a width', [{ ...c, log: false, low: -1e308, high: 1e308 }], /-1e\+100/],
    ['a param twice', [depth, depth], /one dimension only/],
    ['a value twice', [{ ...variant, values: ['a', 'a'] }], /once/],
    ['nothing to vary', [], /at least one/],
    ['a path with a hole', [{ ...depth, path: 'a..b' }], /dots between/],
  ])('refuses %s', (_what, space, sentence) => {
    expect(spaceSchema.safeParse(space).error?.message).toMatch(sentence)
  })
  test('counts its settings', () => {
    expect(countSettings([depth, variant])).toBe(16)
    expect(countSettings([depth, c])).toBe(Number.POSITIVE_INFINITY)
  })
  test('the key of a setting does not hang on the order of its paths', () => {
    const space: Space = [depth, variant]
    expect(settingKey(space, { variant: 'a', depth: 2 })).toBe(settingKey(space, { depth: 2, variant: 'a' }))
    expect(settingKey(space, { variant: 2, depth: 2 })).not.toBe(settingKey(space, { variant: 'a', depth: 2 }))
  })
})

describe('sampleSpace', () => {
  const random = randomFrom(5)
  const draws = Array.from({ length: 8000 }, () => sampleSpace([c, depth, terms, variant], random))
  const share = (holds: (draw: (typeof draws)[number]) => boolean) => draws.filter(holds).length / draws.length
  test('draws every value of an int and of a choice alike', () => {
    for (const value of [1, 2, 3, 4]) expect(share((draw) => draw.depth === value)).toBeCloseTo(0.25, 1.5)
    for (const value of ['a', 2, false, null]) expect(share((draw) => draw.variant === value)).toBeCloseTo(0.25, 1.5)
  })
  test('draws every order of magnitude alike', () => {
    expect(share((draw) => Number(draw['estimator.c']) < 1)).toBeCloseTo(0.5, 1.5)
    expect(share((draw) => Number(draw.terms) < 100)).toBeCloseTo(0.5, 1.5)
    expect(draws.every((draw) => Number(draw.terms) >= 10 && Number(draw.terms) <= 1000)).toBe(true)
  })
})

test.each([c, depth, terms, variant])('$path: a value survives the way to its line and back', (dimension) => {
  const { low, high } = lineOf(dimension)
  for (let i = 0; i <= 20; i++) {
    const value = valueAt(dimension, low + ((high - low) * i) / 20)
    const back = valueAt(dimension, placeOf(dimension, value) ?? Number.NaN)
    if (typeof value === 'number') expect(back).toBeCloseTo(value, 9)
    else expect(back).toBe(value)
    const share = shareAt(dimension, value)
    expect(share).toBeGreaterThanOrEqual(0)
    expect(share).toBeLessThanOrEqual(1)
  }
  expect(placeOf(dimension, 'no such value')).toBeNull()
})

describe('a grid', () => {
  test('has the ends, and steps of one factor where it is logarithmic', () => {
    const values = gridAxes([c], 5)[0]?.values ?? []
    for (const [i, value] of [0.01, 0.1, 1, 10, 100].entries()) expect(values[i]).toBeCloseTo(value, 12)
    expect([values[0], values[4]]).toEqual([0.01, 100])
  })
  test('has an int once, and all values of a choice', () => {
    expect(gridOf([depth, variant], 10)).toHaveLength(16)
    expect(gridOf([depth], 3).map((point) => point.depth)).toEqual([1, 3, 4])
  })
  test('is the same whole or by index', () => {
    const axes = gridAxes([c, depth, variant], 3)
    expect(gridOf([c, depth, variant], 3).map((_, i) => gridAt(axes, i))).toEqual(gridOf([c, depth, variant], 3))
    expect(new Set(gridOf([c, depth, variant], 3).map((point) => JSON.stringify(point))).size).toBe(36)
  })
  test('says when it is too large', () => {
    const space = Array.from({ length: 6 }, (_, i): Dimension => ({ ...c, path: `p${i}` }))
    expect(() => gridOf(space, 5)).toThrow(/15625 points, more than the 10000/)
  })
})

describe('setParams', () => {
  const recipe = { estimator: { kind: 'x', c: 1 }, features: [{ maxTerms: 5 }] }
  test('sets paths in a copy', () => {
    expect(setParams(recipe, { 'estimator.c': 3, 'features.0.maxTerms': 9 })).toEqual({
      estimator: { kind: 'x', c: 3 },
      features: [{ maxTerms: 9 }],
    })
    expect(recipe.estimator.c).toBe(1)
  })
  test.each(['estimator.C', 'features.1.maxTerms', 'estimator.c.d', '__proto__.c'])('refuses %s', (path) => {
    expect(() => setParams(recipe, { [path]: 1 })).toThrow(`no param "${path}"`)
  })
})

test('the best trial has finished, on the largest share, and is the earlier of equals', () => {
  const trial = (number: number, score: number, rest: Partial<Trial> = {}): Trial => ({
    number,
    params: {},
    status: 'finished',
    scores: [score, score],
    share: 1,
    continues: null,
    ...rest,
  })
  const trials = [trial(0, 0.9, { share: 0.3 }), trial(1, 0.7), trial(2, 0.7), trial(3, 0.8, { status: 'stopped' }), trial(4, 0.6)]
  expect(bestTrial(trials, 'maximise')?.number).toBe(1)
  expect(bestTrial(trials, 'minimise')?.number).toBe(4)
  expect(bestTrial([], 'minimise')).toBeNull()
})

test('settings have defaults', () => {
  expect(searchSettingsSchema.parse({})).toMatchObject({ method: 'tpe', trials: 50, folds: 5, parallel: 1, direction: 'maximise' })
})
