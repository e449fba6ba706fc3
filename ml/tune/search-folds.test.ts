import { describe, expect, test } from 'vitest'
import { searchSettingsSchema } from '#core/tune/settings'
import { foldsOfShare, searchFolds } from './search-folds'

const y = Int32Array.from({ length: 60 }, (_, i) => (i < 45 ? 0 : i < 58 ? 1 : 2))
const settings = (rest: object) => searchSettingsSchema.parse({ folds: 3, ...rest })

describe('searchFolds', () => {
  test.each(['k-fold', 'stratified', 'repeated', 'grouped', 'time'] as const)('%s: no row is trained and tested on at once', (strategy) => {
    const groups = Array.from(y, (_, i) => `${i % 7}`)
    const folds = searchFolds({ y, groups, times: Float64Array.from(y, (_, i) => i) }, settings({ strategy }))
    expect(folds).toHaveLength(strategy === 'repeated' ? 6 : 3)
    for (const { train, test } of folds) expect(new Set([...train, ...test]).size).toBe(train.length + test.length)
  })
  test('repeats deal anew', () => {
    const [first, , , again] = searchFolds({ y }, settings({ strategy: 'repeated' }))
    expect(again?.test).not.toEqual(first?.test)
  })
  test.each(['grouped', 'time'] as const)('%s asks for its column', (strategy) => {
    expect(() => searchFolds({ y }, settings({ strategy }))).toThrow(/need a (group|time) column/)
  })
})

describe('foldsOfShare', () => {
  const folds = searchFolds({ y }, settings({}))
  const seed = 3
  test('of folds: the first ones, one at least', () => {
    const by = (share: number) => foldsOfShare(folds, share, { y, resource: 'folds', seed }).length
    expect([0.01, 1 / 3, 0.7, 1].map(by)).toEqual([1, 1, 2, 3])
  })
  test('of rows: every class alike, a larger share holds the smaller, test rows stay', () => {
    const [small, large] = [0.1, 0.5].map((share) => foldsOfShare(folds, share, { y, resource: 'rows', seed }))
    for (const [i, fold] of folds.entries()) {
      const [few, many] = [[...(small?.[i]?.train ?? [])], [...(large?.[i]?.train ?? [])]]
      expect(new Set(few.map((row) => y[row])).size).toBe(new Set([...fold.train].map((row) => y[row])).size)
      expect(few.every((row) => many.includes(row))).toBe(true)
      expect(many.length / fold.train.length).toBeCloseTo(0.5, 1)
      expect(many).toEqual([...many].sort((a, b) => a - b))
      expect(small?.[i]?.test).toEqual(fold.test)
    }
  })
})
