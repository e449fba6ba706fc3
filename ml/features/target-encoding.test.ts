import { describe, expect, test } from 'vitest'
import golden from '../fixtures/golden-features.json'
import type { Answers } from './answers'
import { encodeOutOfFold, encodeTarget } from './target-encoding'

const { kinds, labels, amounts, encoded } = golden.target
const names = [...'abcd']
const codeOf = (row: number) => names.indexOf(kinds[row] ?? '')
const rows = Int32Array.from(kinds.keys())
const classes: Answers = { y: Int32Array.from(labels), classes: ['0', '1', '2'] }
const numbers: Answers = { y: Float64Array.from(amounts), classes: null }

test.each(encoded)('$call', ({ smoothing, target, values }) => {
  const isNumbers = target === 'amounts'
  const width = isNumbers ? 1 : 3
  const table = encodeTarget(codeOf, rows, { answers: isNumbers ? numbers : classes, codes: 4, smoothing })
  const at = isNumbers ? 0 : Number(target.at(-1))
  const found = names.map((_, code) => table[code * width + at])
  const expected: Record<string, number> = values
  for (const [code, name] of names.entries()) expect(found[code], name).toBeCloseTo(expected[name] ?? Number.NaN, 6)
})

test('of two classes it is the share of the second, and a value without rows has the mean', () => {
  const answers: Answers = { y: Int32Array.of(1, 0, 1, 1), classes: ['no', 'yes'] }
  const codes = [0, 0, 1, 1]
  const table = encodeTarget((row) => codes[row] ?? 0, Int32Array.of(0, 1, 2, 3), { answers, codes: 3, smoothing: 0 })
  expect([...table]).toEqual([0.5, 1, 0.75])
})

describe('out of fold', () => {
  const args = { codes: 4, smoothing: 2, seed: 3 }

  test('a row that changes its answer changes every encoding but its own fold', () => {
    const before = encodeOutOfFold(codeOf, rows, { answers: numbers, ...args })
    for (const row of [0, 17, 119]) {
      const y = Float64Array.from(amounts)
      y[row] = 1e6
      const after = encodeOutOfFold(codeOf, rows, { answers: { y, classes: null }, ...args })
      expect(after[row]).toBe(before[row])
      expect(after.filter((value, i) => value === before[i]).length).toBe(24)
    }
  })
  test('an identifier of each row says nothing about its answer', () => {
    const answers: Answers = { y: Int32Array.from(labels, (label) => (label > 0 ? 1 : 0)), classes: ['no', 'yes'] }
    const own = encodeOutOfFold((row) => row, rows, { answers, codes: 120, smoothing: 0, seed: 3 })
    expect(new Set(own).size).toBeLessThanOrEqual(5)
  })
  test('the same seed gives the same encoding, a single row learns nothing', () => {
    const once = encodeOutOfFold(codeOf, rows, { answers: classes, ...args })
    expect(encodeOutOfFold(codeOf, rows, { answers: classes, ...args })).toEqual(once)
    expect(encodeOutOfFold(codeOf, rows, { answers: classes, ...args, seed: 4 })).not.toEqual(once)
    expect([...encodeOutOfFold(codeOf, Int32Array.of(5), { answers: numbers, ...args })]).toEqual([0])
  })
})
