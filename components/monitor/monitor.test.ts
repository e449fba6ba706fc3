import { describe, expect, test } from 'vitest'
import { emptyRollup } from '#core/monitor/rollup'
import { summarise } from '#core/monitor/summary'
import type { AlertRuleView, LoggedAnswer } from '#core/monitor/views'
import { type DriftView, verdictSentence } from './drift-words.ts'
import { msWords, rateWords } from './figure-words.ts'
import { answerWords, inputWords, marksOf, versionWords } from './prepare-answers.ts'
import { prepareServingTiles } from './prepare-serving-tiles.ts'
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

describe('figures of outcomes, fallbacks and answers from elsewhere', () => {
  const none = { truths: 0, right: null, meanError: null, figures: [] }
  const total = (change: Partial<ReturnType<typeof emptyRollup>>) => summarise({ ...emptyRollup(), rows: 200, ...change })
  test('are left out where there is nothing to say', () => expect(prepareServingTiles({ total: total({}), outcomes: none })).toEqual([]))
  test('say how many answers they rest on', () => {
    const outcomes = { truths: 50, right: 0.9, meanError: null, figures: [{ name: 'revenue', n: 3, mean: 12.5 }] }
    const tiles = prepareServingTiles({ total: total({ fallbacks: 20, failovers: 7, reviews: 4, edge: 100 }), outcomes })
    expect(tiles.map(({ label, value, unit = '', sub }) => `${label}: ${value}${unit} (${sub})`)).toEqual([
      'Right answers: 90.0% (50 of 200 answers known)',
      'revenue: 12.5 (mean of 3 answers)',
      'Answered by a fallback: 10.0% (7 requests would have failed)',
      'For review: 4 (2.0 % of the answers)',
      'Answered at the edge: 50.0% (reported by bundles)',
    ])
  })
})

describe('a logged answer', () => {
  const answer: LoggedAnswer = {
    id: 'p_1',
    at: new Date(0),
    version: 3,
    input: { body: 'spam', hour: null },
    hasHash: false,
    label: 'spam',
    confidence: 0.91,
    value: null,
    latencyMs: 4,
    test: false,
    isEdge: false,
    isShadow: false,
    fallback: null,
    answeredBy: null,
  }
  test('says what was asked and answered', () => {
    expect([answerWords(answer), inputWords(answer).text, versionWords(answer), marksOf(answer)]).toEqual([
      expect.stringMatching(/^spam .*91/),
      'body: spam, hour: –',
      'v3',
      [],
    ])
    expect(answerWords({ ...answer, label: null, confidence: null, value: 2.5 })).toBe('2.5')
  })
  test('says that its input is not kept', () => {
    expect(inputWords({ ...answer, input: null })).toEqual({ text: 'input not kept', isKept: false })
    expect(inputWords({ ...answer, input: null, hasHash: true }).text).toBe('input not kept, only its hash')
  })
  test('is marked where another, or elsewhere, answered', () => {
    expect(marksOf({ ...answer, isEdge: true, isShadow: true, fallback: 'error', test: true })).toEqual([
      'shadow',
      'edge',
      'fallback',
      'test',
    ])
    expect(versionWords({ ...answer, fallback: 'timeout', answeredBy: 2 })).toBe('v2: v3 was too slow')
    expect(versionWords({ ...answer, fallback: 'error', confidence: null })).toBe('stated answer: v3 failed')
    expect(answerWords({ ...answer, fallback: 'error', confidence: null })).toBe('spam')
  })
})
