import { expect, test } from 'vitest'
import { textColumn, textStep } from '#ml/onnx/testing'
import { explainRow } from './explain-row'
import { rowColumns } from './row-columns'
import { estimatorOf, fitTickets } from './testing'
import { wordContributions } from './word-contributions'

const text = 'Please REFUND, please: 😀 Überweisung  x_1 ζ a'

test('words carry all that the terms of the text add, and the parts are the text', async () => {
  const pipeline = await fitTickets(estimatorOf('logistic-regression'), { features: [textStep({ words: { min: 1, max: 3 } })], classes: 2 })
  const explained = await explainRow(pipeline, { text: textColumn([text]) }, { seed: 1 })
  const terms = explained.terms(1) ?? new Float64Array()
  const parts = wordContributions(pipeline.features, 'text', text, terms)
  expect(parts.map((part) => part.text).join('')).toBe(text)
  expect(parts.filter(({ contribution }) => contribution !== null).map((part) => part.text)).toEqual([
    'Please',
    'REFUND',
    'please',
    'Überweisung',
    'x_1',
  ])
  const absent = await explainRow(pipeline, { text: textColumn(['']) }, { seed: 1 })
  // a term that the text lacks adds the same as in an empty text
  const lacking = absent.terms(1) ?? new Float64Array()
  const present = terms.reduce((sum, value, term) => sum + (value === lacking[term] ? 0 : value), 0)
  expect(parts.reduce((sum, { contribution }) => sum + (contribution ?? 0), 0)).toBeCloseTo(present, 6)
  expect(parts.find((part) => part.text === 'REFUND')?.contribution).toBeGreaterThan(0)
})

test('no words where the model reads none', async () => {
  const hashed = await fitTickets(estimatorOf('logistic-regression'), { features: [textStep({ hashBits: 8 })] })
  const characters = await fitTickets(estimatorOf('logistic-regression'), {
    features: [textStep({ words: null, chars: { min: 2, max: 3 } })],
  })
  for (const { features } of [hashed, characters])
    expect(wordContributions(features, 'text', text, new Float64Array(features.terms))).toEqual([])
  expect(wordContributions(hashed.features, 'other', text, new Float64Array())).toEqual([])
})

test('a row of the form becomes columns: empty is missing, a category may be a number', () => {
  const inputs = [
    { name: 'n', type: 'number', example: 1 },
    { name: 'c', type: 'category', example: 'a' },
    { name: 't', type: 'text', example: '' },
    { name: 'd', type: 'text', format: 'moment', example: '' },
  ] as const
  const columns = rowColumns({ inputs: [...inputs] }, { n: '3.5', c: 7, t: 'a\0b', d: '2024-02-01' })
  expect(columns).toEqual({
    n: { type: 'number', values: Float64Array.of(3.5) },
    c: textColumn(['7']),
    t: textColumn(['a']),
    d: textColumn(['2024-02-01']),
  })
  expect(rowColumns({ inputs: [...inputs] }, { n: '', c: null })).toEqual({
    n: { type: 'number', values: Float64Array.of(Number.NaN) },
    c: textColumn(['']),
    t: textColumn(['']),
    d: textColumn(['']),
  })
  expect(() => rowColumns({ inputs: [...inputs] }, { n: 'many' })).toThrow('"n" must be a number, or empty.')
  expect(() => rowColumns({ inputs: [...inputs] }, { d: 'yesterday' })).toThrow('"d" must be a date such as 2026-01-31')
})
