import { expect, test } from 'vitest'
import type { FeaturesPart, FeaturesReport } from '#core/reports/features'
import { prepareFeatures } from './prepare-features.ts'

const reportOf = (part: FeaturesPart | null, rows = 100, sampled = 100): FeaturesReport => ({
  report: 'features',
  rows,
  sampled,
  features: 3,
  parts: part ? [part] : [],
  notes: [],
})
const tableOf = (part: FeaturesPart) => prepareFeatures(reportOf(part)).tables[0]

test('says of how many rows, and that training fits anew', () => {
  const numbers: FeaturesPart = { part: 'numbers', column: 'n', missing: 0, fill: 1, hasIndicator: false, ranges: null, examples: [] }
  expect(prepareFeatures(reportOf(numbers, 5_000, 1_667)).summary).toBe(
    '3 features from 1,667 of 5,000 rows. Training fits this anew, on its own rows.',
  )
  expect(prepareFeatures(reportOf(null)).summary).toBe('From 100 rows.')
})

test('terms with a bar of the rows that have them; what was left out, and why', () => {
  const table = tableOf({
    part: 'terms',
    column: 'body',
    unit: 'words',
    min: 1,
    max: 2,
    weighting: 'tf-idf',
    isHashed: false,
    kept: 1_200,
    rare: 4_000,
    frequent: 0,
    beyond: 12,
    top: [{ term: 'free prize', rows: 25, idf: 2.345 }],
  })
  expect(table).toMatchObject({
    note: '1 to 2 words each, 1,200 terms',
    heads: ['term', 'rows', 'idf'],
    lines: [{ name: 'free prize', meter: 0.25, cells: ['25', '2.35'] }],
    foot: 'Left out: 4,000 in too few rows, 12 less frequent than those kept.',
  })
})

test('values, and the rare ones as one faded line', () => {
  const part: FeaturesPart = {
    part: 'values',
    column: 'town',
    encoding: 'one-hot',
    kept: 1,
    values: [{ value: 'Gent', rows: 90 }],
    others: { values: 7, rows: 10 },
  }
  expect(tableOf(part)?.lines).toEqual([
    { key: 'v Gent', name: 'Gent', meter: 0.9, cells: ['90'] },
    { key: 'others', name: '7 others: rare, as one value', meter: 0.1, cells: ['10'], isFaded: true },
  ])
  expect(tableOf({ ...part, encoding: 'list', others: { values: 1, rows: 2 } })?.lines[1]?.name).toBe('1 other: left out')
  expect(tableOf({ ...part, others: { values: 0, rows: 0 } })?.lines).toHaveLength(1)
})

test('ranges with open ends; numbers from the lowest to the highest; what a missing one becomes', () => {
  const part: FeaturesPart = {
    part: 'numbers',
    column: 'age',
    missing: 1,
    fill: 41.5,
    hasIndicator: true,
    ranges: [
      { from: null, to: 30, rows: 20 },
      { from: 30, to: null, rows: 80 },
    ],
    examples: [],
  }
  const ranges = tableOf(part)
  expect(ranges?.lines.map(({ name, meter }) => [name, meter])).toEqual([
    ['below 30', 0.25],
    ['from 30', 1],
  ])
  expect(ranges?.foot).toBe('1 row has no number: it becomes 41.5.')
  const examples = [18, 30, 41.5, 60, 90].map((before) => ({ before, after: (before - 41.5) / 20 }))
  const scaled = tableOf({ ...part, fill: null, missing: 2, ranges: null, examples })
  expect(scaled?.lines.map(({ name, cells }) => [name, ...cells])[0]).toEqual(['lowest', '18', '-1.175'])
  expect(scaled?.foot).toBe('2 rows have no number: it stays missing.')
})

test('an example row of a date, and a selection with what was dropped', () => {
  const date = tableOf({
    part: 'example',
    column: 'at',
    before: '2024-01-01',
    made: [
      { feature: 'weekday (sine)', value: 0, after: 0.12345 },
      { feature: 'age in days', value: null, after: null },
    ],
  })
  expect(date?.note).toBe('from 2024-01-01')
  expect(date?.lines.map(({ cells }) => cells)).toEqual([
    ['0', '0.123'],
    ['–', 'missing'],
  ])
  const selection = tableOf({
    part: 'selection',
    method: 'mutual-information',
    against: 'label',
    kept: 1,
    dropped: 9,
    best: [{ feature: 'body: free', score: 0.5 }],
    next: [{ feature: 'body: report', score: 0.1 }],
  })
  expect(selection).toMatchObject({
    title: '1 kept, 9 dropped',
    note: 'by mutual information, against label',
    heads: ['feature', 'score'],
  })
  expect(selection?.lines.map(({ name, meter, isFaded }) => [name, meter, isFaded])).toEqual([
    ['body: free', 1, false],
    ['body: report, dropped', 0.2, true],
  ])
})

test('components as a scree, and the features that weigh most in the first few', () => {
  const { summary, tables } = prepareFeatures(
    reportOf({
      part: 'components',
      centre: true,
      made: 3,
      from: 900,
      shares: [0.5, 0.25],
      strongest: [
        [
          { feature: 'age', weight: -0.8 },
          { feature: 'body: free', weight: 0.4 },
        ],
      ],
    }),
  )
  expect(summary).toContain('3 features from 100 rows')
  expect(tables).toMatchObject([
    { key: '0', title: '3 components of 900 features', note: 'principal components', foot: 'The first 2 are shown.' },
    { key: '1', title: 'Component 1', note: '50.0 % of the variance; the features that weigh most' },
  ])
  expect(tables[0]?.lines.map(({ name, meter, cells }) => [name, meter, ...cells])).toEqual([
    ['1', 1, '50.0 %', '50.0 %'],
    ['2', 0.5, '25.0 %', '75.0 %'],
  ])
  expect(tables[1]?.lines.map(({ name, meter, cells }) => [name, meter, ...cells])).toEqual([
    ['age', 1, '-0.800'],
    ['body: free', 0.5, '0.400'],
  ])
})

test('word vectors by the words that have none, and by nearest words', () => {
  const part: FeaturesPart = {
    part: 'vectors',
    column: 'body',
    weighting: 'sif',
    dimensions: 100,
    known: { words: 40, times: 90 },
    unknown: { words: 12, times: 10 },
    unknownWords: [{ word: 'xyzzy', rows: 5 }],
    neighbours: [{ word: 'free', rows: 20, nearest: [{ word: 'gratis', cosine: 0.876 }] }],
  }
  const [coverage, without, nearest] = prepareFeatures(reportOf(part)).tables
  expect(coverage).toMatchObject({ title: 'body', note: 'sif-weighted mean of 100 numbers a word' })
  expect(coverage?.lines.map(({ name, meter, cells }) => [name, meter, ...cells])).toEqual([
    ['with a vector', 0.9, '40', '90.0 %'],
    ['without one', 0.1, '12', '10.0 %'],
  ])
  expect(without).toMatchObject({ lines: [{ name: 'xyzzy', meter: 0.05, cells: ['5'] }], foot: 'The 1 most frequent of 12 are shown.' })
  expect(nearest?.lines).toMatchObject([{ name: 'free: gratis 0.88', cells: ['20'] }])
  const all = { ...part, unknown: { words: 0, times: 0 }, unknownWords: [] }
  expect(prepareFeatures(reportOf(all)).tables.map(({ title }) => title)).toEqual(['body', 'body: nearest words'])
})
