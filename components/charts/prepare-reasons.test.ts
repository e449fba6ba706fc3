import { describe, expect, test } from 'vitest'
import type { ReasonUnit, RowReasons } from '#core/reports/row-reasons'
import { prepareReasons, prepareSimilar } from './prepare-reasons.ts'

const column = (name: string, contribution: number, more: Partial<RowReasons['columns'][number]> = {}): RowReasons['columns'][number] => ({
  column: name,
  contribution,
  standardError: null,
  features: [],
  others: { count: 0, contribution: 0 },
  ...more,
})
const reasonsOf = (unit: ReasonUnit, more: Partial<RowReasons> = {}): RowReasons => ({
  unit,
  base: -1,
  score: 1,
  columns: [column('tenure', 3), column('contract', -1), column('gender', 0)],
  against: 'training rows',
  isBeforeCalibration: false,
  ...more,
})
const yes = { answer: 'Yes', other: 'No' }

describe('bars', () => {
  test('start at one zero line, to the right for the answer and to the left against it', () => {
    const { zero, reasons, away } = prepareReasons(reasonsOf('log-odds'), yes, { tenure: '2', contract: '' })
    expect(zero).toBe(25)
    expect(away).toBe('pushes towards “No”')
    expect(reasons).toMatchObject([
      { column: 'tenure', value: '2', left: 25, width: 75, isTowards: true, words: '+3.00', push: 'pushes towards “Yes”' },
      { column: 'contract', value: 'missing', left: 0, width: 25, isTowards: false, words: '−1.00', push: 'pushes towards “No”' },
    ])
  })
  test('features of a column are on the same scale, with what is left of them', () => {
    const text = column('text', 0.5, {
      features: [
        { name: 'text: free', contribution: 2, isAbsent: false },
        { name: 'text: meeting', contribution: -0.5, isAbsent: true },
      ],
      others: { count: 7, contribution: -1 },
    })
    const { reasons, zero } = prepareReasons(reasonsOf('log-odds', { columns: [text] }), yes, {})
    expect(zero).toBeCloseTo(100 / 3)
    expect(reasons[0]?.features.map(({ name, words }) => `${name} ${words}`)).toEqual([
      '“free” +2.00',
      'without “meeting” −0.50',
      '7 other features −1.00',
    ])
  })
  test('features are named without their column, and the smallest are summed', () => {
    const plan = column('plan', 1, {
      features: [
        { name: 'plan = pro', contribution: 0.7, isAbsent: true },
        { name: 'plan', contribution: 0.2, isAbsent: false },
        { name: 'plan is missing', contribution: 0.1, isAbsent: false },
        { name: 'plan = plus', contribution: 0.000_1, isAbsent: false },
      ],
    })
    const { reasons } = prepareReasons(reasonsOf('log-odds', { columns: [plan] }), yes, {})
    expect(reasons[0]?.features.map(({ name }) => name)).toEqual(['not pro', 'its value', 'is missing'])
  })
  test('a number that is its only feature has nothing to open', () => {
    const age = column('age', 1, { features: [{ name: 'age', contribution: 1, isAbsent: false }] })
    expect(prepareReasons(reasonsOf('log-odds', { columns: [age] }), yes, {}).reasons[0]?.features).toEqual([])
  })
  test('what is too small for a bar is summed in words', () => {
    expect(prepareReasons(reasonsOf('log-odds'), yes, {}).rest).toBe('gender: nothing')
    const many = Array.from({ length: 20 }, (_, i) => column(`c${i}`, 20 - i))
    const { reasons, rest } = prepareReasons(reasonsOf('value', { columns: many }), { answer: 'price' }, {})
    expect(reasons).toHaveLength(12)
    expect(rest).toBe('c12, c13, c14 and 5 more: +36 together')
  })
  test('crossed columns show both values', () => {
    const { reasons } = prepareReasons(reasonsOf('log-odds', { columns: [column('plan and source', 1)] }), yes, { plan: 'pro', source: '' })
    expect(reasons[0]?.value).toBe('pro and missing')
  })
  test('a row that moves nothing says so', () => {
    expect(prepareReasons(reasonsOf('log-odds', { columns: [column('a', 0)] }), yes, {}).empty).toMatch(
      'Nothing in this row moves the answer',
    )
    const tiny = reasonsOf('probability', { columns: [column('a', -0.0004)], against: 'typical row' })
    expect(prepareReasons(tiny, yes, {}).empty).toMatch('of a typical training row')
    expect(prepareReasons(reasonsOf('probability', { columns: [column('a', -0.0006)] }), yes, {}).empty).toBeNull()
  })
})

test.each<[ReasonUnit, Partial<RowReasons>, string, string, string]>([
  ['log-odds', {}, 'gives “Yes” 26.9 % against “No”; what this row holds makes it 73.1 %.', 'log-odds of “Yes” against “No”.', '+3.00'],
  ['score', { isBeforeCalibration: true }, 'is −1.000 against the mean of all classes', ', before calibration.', '+3.00'],
  [
    'share',
    { base: 0.2, score: 0.9999 },
    "20.0 % of the trees' votes are for “Yes”; what this row holds makes it more than 99.9 %.",
    'points of the votes.',
    '+300.0 points',
  ],
  [
    'probability',
    { base: 0.2, score: 0.7, against: 'typical row' },
    'For a typical training row, the model gives “Yes” 20.0 %',
    'points.',
    '+300.0 points',
  ],
  ['value', { base: 1200, score: 1500 }, 'the model answers 1,200; what this row holds makes it 1,500.', 'in the unit of Yes.', '+3'],
  ['log-value', { base: 0, score: 1 }, 'the model answers 1; what this row holds makes it 2.718.', 'multiply Yes.', '× 20.09'],
])('in %s', (unit, more, sentence, measure, words) => {
  const prepared = prepareReasons(reasonsOf(unit, more), yes, {})
  expect(prepared.sentence).toContain(sentence)
  expect(prepared.measure).toContain(measure)
  expect(prepared.reasons[0]?.words).toBe(words)
})

test('drawn contributions show their standard error', () => {
  const drawn = reasonsOf('probability', { columns: [column('a', 0.2, { standardError: 0.013 })] })
  const { reasons, measure } = prepareReasons(drawn, { answer: 'Yes' }, {})
  expect(reasons[0]).toMatchObject({ push: 'pushes towards “Yes”', error: '± 1.3 points' })
  expect(measure).toMatch('± one standard error')
})

test('similarity says what it is', () => {
  const rows = [{ row: 3, similarity: 0.876, answer: 'a' }]
  expect(prepareSimilar({ measure: 'cosine', among: 2000, rows })).toEqual({
    title: 'similarity',
    note: 'cosine of features; 1 is the same; of 2,000 training rows',
    words: ['0.88'],
  })
  expect(prepareSimilar({ measure: 'shared leaves', among: 10, rows }).words).toEqual(['88 %'])
  expect(prepareSimilar({ measure: 'distance', among: 10, rows: [{ row: 3, similarity: -0.5, answer: 'a' }] }).words).toEqual(['0.5'])
})
