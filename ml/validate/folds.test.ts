import { describe, expect, test } from 'vitest'
import { type FoldStrategy, makeFolds } from './folds'

const y = Int32Array.from({ length: 53 }, (_, i) => (i < 40 ? 0 : i < 52 ? 1 : 2))
const groups = Array.from(y, (_, i) => `g${i % 9}`)
const strategies: FoldStrategy[] = [{ kind: 'stratified', seed: 4 }, { kind: 'in-order' }, { kind: 'group', groups, seed: 4 }]

test.each(strategies)('$kind: each row is tested once, by a model that has not seen it', (strategy) => {
  const folds = makeFolds(y, 5, strategy)
  expect(folds.flatMap(({ test }) => [...test]).sort((a, b) => a - b)).toEqual(Array.from(y, (_, i) => i))
  for (const { train, test } of folds) expect(new Set([...train, ...test]).size).toBe(53)
})

describe('strategies', () => {
  test('stratified spreads each class evenly', () => {
    for (const { test } of makeFolds(y, 5, { kind: 'stratified', seed: 9 })) {
      const ones = test.filter((row) => y[row] === 1).length
      expect(test.filter((row) => y[row] === 0)).toHaveLength(8)
      expect(ones === 2 || ones === 3).toBe(true)
    }
  })
  test('in order sends the i-th row of a class to fold i mod n', () => {
    expect([...(makeFolds(Int32Array.of(0, 1, 0, 1, 0, 0), 2, { kind: 'in-order' })[0]?.test ?? [])]).toEqual([0, 1, 4])
  })
  test('groups stay together', () => {
    for (const { train, test } of makeFolds(y, 5, { kind: 'group', groups, seed: 1 })) {
      const held = new Set([...test].map((row) => groups[row]))
      expect([...train].some((row) => held.has(groups[row]))).toBe(false)
    }
  })
  test('time trains on the past only, as TimeSeriesSplit(3) on 10 rows', () => {
    const times = Float64Array.from({ length: 10 }, (_, i) => 100 - i)
    const folds = makeFolds(new Int32Array(10), 3, { kind: 'time', times })
    expect(folds.map(({ train, test }) => [train.length, [...test]])).toEqual([
      [4, [4, 5]],
      [6, [2, 3]],
      [8, [0, 1]],
    ])
  })
  test.each<[string, () => unknown, RegExp]>([
    ['too few rows', () => makeFolds(Int32Array.of(0, 1), 3, { kind: 'in-order' }), /2 rows are too few for 3 folds/],
    ['too few groups', () => makeFolds(y, 5, { kind: 'group', groups: groups.map(() => 'one'), seed: 1 }), /1 group/],
    [
      'a row without time',
      () => makeFolds(Int32Array.of(0, 1), 2, { kind: 'time', times: Float64Array.of(1, Number.NaN) }),
      /Row 2 has no time/,
    ],
    ['one fold', () => makeFolds(y, 1, { kind: 'in-order' }), /at least 2 folds/],
  ])('refuses %s', (_name, make, sentence) => {
    expect(make).toThrow(sentence)
  })
})
