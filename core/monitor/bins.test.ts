import { describe, expect, test } from 'vitest'
import { binOfNumber, columnBinners, countEntries, countWords, cutAtDeciles, nextUp } from './bins'

describe('binOfNumber', () => {
  const edges = [0, 6, 12, 18, 23]
  test.each([
    [-100, 0],
    [0, 0],
    [5.99, 0],
    [6, 1],
    [12, 2],
    [18, 3],
    [23, 3],
    [1e9, 3],
    [Number.POSITIVE_INFINITY, 3],
    [Number.NEGATIVE_INFINITY, 0],
  ])('%d lies in bin %i', (value, bin) => expect(binOfNumber(edges, value)).toBe(bin))

  test('one bin takes everything', () => expect(binOfNumber([3, 3], 99)).toBe(0))
})

describe('cutAtDeciles', () => {
  test('cuts even values into ten bins of a tenth each', () => {
    const { edges, counts } = cutAtDeciles(Array.from({ length: 1000 }, (_, i) => i))
    expect(edges).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 999])
    expect(counts).toEqual(new Array(10).fill(100))
  })

  test('a constant has a bin of its own, with room on either side', () => {
    const { edges, counts } = cutAtDeciles(new Array(50).fill(7))
    expect(counts).toEqual([0, 50, 0])
    expect([6.9, 7, 7.1].map((value) => binOfNumber(edges, value))).toEqual([0, 1, 2])
  })

  test('a value that fills a decile or more has a bin of its own', () => {
    const { edges, counts } = cutAtDeciles([...new Array(60).fill(0), ...Array.from({ length: 40 }, (_, i) => i + 1)])
    expect(counts.reduce((a, b) => a + b)).toBe(100)
    expect(counts[binOfNumber(edges, 0)]).toBe(60)
    expect(counts[binOfNumber(edges, -1)]).toBe(0)
  })

  test('no values give one empty bin', () => expect(cutAtDeciles([])).toEqual({ edges: [0, 0], counts: [0] }))
})

test.each([
  [0, Number.MIN_VALUE],
  [1, 1 + Number.EPSILON],
  [-1, -1 + Number.EPSILON / 2],
  [1e300, 1e300 + 2 ** (996 - 52)],
])('nextUp(%d) is the very next double', (value, next) => expect(nextUp(value)).toBe(next))

test.each([
  ['', 0],
  ['  ', 0],
  ['one', 1],
  ['two  words\n', 2],
  ['a\tb\u00a0c', 3],
])('%j has %i words', (text, words) => expect(countWords(text)).toBe(words))

test.each([
  ['', 0],
  ['||', 0],
  ['a b', 1],
  ['a|b||a', 3],
])('%j has %i entries', (text, entries) => expect(countEntries(text, '|')).toBe(entries))

test('a list is binned by its entries, a text by its words', () => {
  const length = { kind: 'length' as const, missing: 0, edges: [0, 2, 4], counts: [1, 1] }
  const [list, text] = columnBinners({
    rows: 2,
    columns: [
      { ...length, name: 'list', separator: '|' },
      { ...length, name: 'text' },
    ],
    classes: [],
    confidence: { counts: new Array<number>(20).fill(0), mean: 0 },
  })
  expect([list?.binOf('a b c'), list?.binOf('a|b|c'), list?.binOf('')]).toEqual([0, 1, -1])
  expect([text?.binOf('a b c'), text?.binOf('a|b|c')]).toEqual([1, 0])
})

test('booleans and numbers are looked up in a category by their words', () => {
  const [binner] = columnBinners({
    rows: 3,
    columns: [
      {
        kind: 'category',
        name: 'flag',
        missing: 0,
        values: [
          { value: 'true', count: 2 },
          { value: '7', count: 1 },
        ],
        other: 0,
      },
    ],
    classes: [],
    confidence: { counts: new Array<number>(20).fill(0), mean: 0 },
  })
  expect([true, 7, 'constructor', null, undefined, Number.NaN].map((value) => binner?.binOf(value))).toEqual([0, 1, 2, -1, -1, -1])
})
