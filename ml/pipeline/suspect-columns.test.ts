import { describe, expect, test } from 'vitest'
import type { Answers } from '#ml/features/answers'
import { numberColumn, textColumn } from '#ml/onnx/testing'
import type { TrainColumn } from './data'
import { suspectColumns } from './suspect-columns'

const rows = 300
const y = Int32Array.from({ length: rows }, (_, i) => (i * 7) % 3)
const classes: Answers = { y, classes: ['a', 'b', 'c'] }
const price = Float64Array.from({ length: rows }, (_, i) => ((i * 7_919) % 997) + 100)
const noise = (i: number) => ((i * 6_151) % 1_009) / 1_009

const named = (name: string, column: TrainColumn) => suspectColumns({ [name]: column }, [name], classes)
const sentence = (column: TrainColumn, answers: Answers = classes) => suspectColumns({ column }, ['column'], answers)
const numbers = (of: (i: number) => number) => numberColumn(Array.from({ length: rows }, (_, i) => of(i)))
const texts = (of: (i: number) => string) => textColumn(Array.from({ length: rows }, (_, i) => of(i)))

describe('is told', () => {
  test.each<[string, TrainColumn, Answers, RegExp]>([
    ['a copy of the class as a number', numbers((i) => (y[i] ?? 0) * 10 + noise(i)), classes, /gives the answer away \(ROC-AUC 1\.0000\)/],
    ['the same turned round', numbers((i) => (y[i] ?? 0) * -10), classes, /gives the answer away/],
    ['a code per class', texts((i) => ['x1', 'x2', 'x3'][y[i] ?? 0] ?? ''), classes, /100\.0 % of its rows are told right/],
    ['the price in another currency', numbers((i) => (price[i] ?? 0) * 1.17), { y: price, classes: null }, /correlation 1\.00000/],
    ['a row number', numbers((i) => i + 1), classes, /looks like an identifier/],
    [
      'row numbers of which a split took some',
      numbers((i) => i + Math.floor(i / 4)),
      classes,
      /counts the rows one by one, so it looks like an identifier/,
    ],
    [
      'numbers in the order of the rows',
      numbers((i) => i * 100 + ((i * 7) % 90)),
      classes,
      /only ever rises, or falls, from row to row, so it looks/,
    ],
    ['row numbers out of order', numbers((i) => ((i * 7) % rows) + 1_000), classes, /has another whole number in each row/],
    [
      'a customer code',
      texts((i) => `${1000 + ((i * 6_151) % 9_000)}-QX${i}Z`),
      classes,
      /has another code in each row, so it looks like an identifier/,
    ],
    ['hashes', texts((i) => (0x1a2b3c4d5e6f + i * 7_654_321).toString(16)), classes, /has another code in each row/],
    ['numbers as text', texts((i) => String(price[i])), classes, /numbers written as text/],
  ])('%s', (_name, column, answers, words) => {
    expect(sentence(column, answers)).toEqual([expect.stringMatching(words)])
  })
})

describe('is not suspected', () => {
  test.each<[string, TrainColumn, Answers]>([
    ['a good column', numbers((i) => (y[i] ?? 0) + 2 * noise(i)), classes],
    ['noise', numbers(noise), classes],
    ['a category that leans', texts((i) => (noise(i) < 0.9 ? String(y[i]) : 'other')), classes],
    ['words', texts((i) => `word${i % 40} and ${i}`), classes],
    ['a text of its own in each row', texts((i) => `ticket ${i}`), classes],
    ['sizes, another in each row', numbers((i) => ((i * 6_151) % 10_007) * 3), classes],
    ['dates', texts((i) => new Date(Date.UTC(2020, 0, i + 1)).toISOString().slice(0, 10)), classes],
    ['host names', texts((i) => `${'abcdefgh'.slice(i % 7)}${i}.example.org`), classes],
    ['one value', texts(() => 'same'), classes],
    ['codes as text', texts((i) => String(i % 11)), classes],
    ['mostly missing', numbers((i) => (i % 3 === 0 ? (y[i] ?? 0) : Number.NaN)), classes],
    ['a number that goes along', numbers((i) => (price[i] ?? 0) + 30 * noise(i)), { y: price, classes: null }],
  ])('%s', (_name, column, answers) => {
    expect(sentence(column, answers)).toEqual([])
  })
  test('anything in fewer than 50 rows', () => {
    expect(
      suspectColumns({ column: numberColumn([0, 1, 0, 1]) }, ['column'], { y: Int32Array.of(0, 1, 0, 1), classes: ['a', 'b'] }),
    ).toEqual([])
  })
})

test.each(['customer_id', 'customerID', 'id', 'Order No'])('far-apart numbers are an identifier by the name %s', (name) => {
  const far = numbers((i) => ((i * 6_151) % 10_007) * 31)
  expect(named(name, far)).toEqual([expect.stringContaining('looks like an identifier')])
  expect(named('paid', far)).toEqual([])
})
