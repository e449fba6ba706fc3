import { describe, expect, test } from 'vitest'
import type { AlertRuleView } from '#core/monitor/views'
import { type DriftView, verdictSentence } from './drift-words.ts'
import { msWords, rateWords } from './figure-words.ts'
import { draftErrors, draftFor, draftOf, ruleOf } from './rule-form.ts'
import { readChoice, refreshMsOf, writeChoice } from './use-view.ts'

describe('the choice in the address', () => {
  const read = (text: string) => readChoice(new URLSearchParams(text))
  test('comes back as it was written', () => {
    const fixed = { range: { from: new Date(1000), to: new Date(5000) }, versionId: 'v', includesTest: false }
    for (const choice of [fixed, { ...fixed, range: '7d' as const }, read('')]) expect(read(writeChoice(choice))).toEqual(choice)
  })
  test.each(['range=constructor', 'range=9y', 'from=x&to=y', 'from=2026-02-01&to=2026-01-01'])('%s is as if it was absent', (text) =>
    expect(read(text)).toEqual({ range: '24h', versionId: undefined, includesTest: true }),
  )
  test('a fixed range stands still', () => expect(refreshMsOf({ from: new Date(1), to: new Date(2) })).toBe(false))
})

test.each([
  [3600, 1000, '3600', '/s'],
  [120, 60_000, '2', '/s'],
  [30, 60_000, '30', '/min'],
  [3, 3_600_000, '3', '/h'],
  [0, 3_600_000, '0', '/h'],
])('%i requests in %i ms are %s %s', (requests, span, value, unit) => {
  const words = rateWords(requests, span)
  expect({ ...words, value: words.value.replace(',', '') }).toEqual({ value, unit })
})

test('milliseconds have a decimal below ten', () => expect([msWords(1.234), msWords(21.4)]).toEqual(['1.2', '21']))

describe('a rule', () => {
  const stored: AlertRuleView = {
    id: 'r',
    deployment: 'triage',
    name: 'Errors',
    figure: 'errorRate',
    operator: '>',
    limit: 0.07,
    minutes: 5,
    includesTest: true,
    webhook: null,
    enabled: true,
    status: 'ok',
    since: null,
    value: null,
    createdBy: null,
  }
  test('is written in %, and stored as a share', () => {
    expect(draftOf(stored).limit).toBe('7')
    expect(ruleOf(draftOf(stored))).toMatchObject({ limit: 0.07, minutes: 5, webhook: null })
  })
  test.each([
    [{ limit: 'x' }, 'limit'],
    [{ limit: ' ' }, 'limit'],
    [{ minutes: '1.5' }, 'minutes'],
    [{ minutes: '' }, 'minutes'],
    [{ name: ' ' }, 'name'],
    [{ webhook: 'javascript:alert(1)' }, 'webhook'],
  ])('%j is wrong at %s', (wrong, field) => expect(Object.keys(draftErrors({ ...draftFor('errorRate'), ...wrong }))).toEqual([field]))
  test('every suggestion can be saved as it is', () => {
    for (const figure of ['errorRate', 'drift:body', 'share:spam', 'driftedColumns']) expect(draftErrors(draftFor(figure))).toEqual({})
  })
})

test('a verdict says what was measured, against what, on how many rows', () => {
  const drift: DriftView = {
    name: 'body',
    kind: 'length',
    state: 'drifted',
    test: 'kolmogorov-smirnov',
    measure: { name: 'population-stability-index', value: 0.31, limit: 0.1 },
    p: 0,
    adjustedP: 0,
    distance: 0.31,
    level: 5,
    rows: { reference: 4837, current: 1800 },
    needed: 0,
    bins: { edges: [0, 1] },
    reference: { counts: [4837], missing: 0 },
    current: { counts: [1800], missing: 0 },
  }
  expect(verdictSentence(drift)).toBe(
    'body, words is drifted: PSI 0.310, drifted when 0.1 or more; p below 0.001 over all columns; 1,800 rows now, 4,837 in training.',
  )
  expect(verdictSentence({ ...drift, state: 'not-enough-data', needed: 12 })).toMatch(/12 more rows/)
})
