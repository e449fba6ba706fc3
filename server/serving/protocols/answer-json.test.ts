import { expect, it } from 'vitest'
import type { FallbackReason } from '#core/releases/settings'
import { tinyReference, tinySignature } from '#server/testing/tiny-model'
import { answeredSchema } from '#server/traffic/gateway-client'
import { manyAnswers, rounded, singleAnswer, sixDecimals } from './answer-json'

type Answered = Parameters<typeof singleAnswer>[0]
type Row = Answered['rows'][number]

/** What is written of a version; nothing here is asked for a prediction. */
const version = (number: number, classes: string[]): Answered['model'] => ({
  model: 'mail "x"',
  version: number,
  versionId: `version-${number}`,
  classes,
  signature: tinySignature,
  reference: tinyReference,
  binners: [],
  prepare: (row) => row,
  predict: () => Promise.resolve([]),
})
const asked = version(3, ['ham', 'sp"am'])
const other = version(2, ['sp"am', 'ham', 'news'])
// of a release only its name and number are written
const release = { deployment: 'triage', number: 7 } as Parameters<typeof singleAnswer>[1]
const answer = { label: 'sp"am', confidence: 0.87654321, probabilities: Float32Array.of(0.12345679, 0.87654321), input: {} }

const row = (more: Partial<Row> = {}): Row => ({ id: 'p_1', answer, by: asked, fallback: null, ...more })
const written = (...rows: Row[]): unknown => JSON.parse(singleAnswer({ model: asked, rows }, release))
const about = { model: 'mail "x"', deployment: 'triage', release: 7 }

it('writes an answer as JSON.stringify would, with six decimals', () => {
  expect(written(row())).toEqual({
    id: 'p_1',
    label: 'sp"am',
    confidence: 0.876543,
    probabilities: { ham: 0.123457, 'sp"am': 0.876543 },
    version: 'v3',
    fallback: null,
    ...about,
  })
})

it.each<FallbackReason>(['error', 'timeout', 'overload', 'low-confidence'])(
  'says that another version answered for %s, in its own classes',
  (fallback) => {
    const third = { ...answer, probabilities: Float32Array.of(0.5, 0.25, 0.25) }
    expect(written(row({ by: other, fallback, answer: third }))).toMatchObject({
      version: 'v2',
      fallback,
      asked: 'v3',
      probabilities: { 'sp"am': 0.5, ham: 0.25, news: 0.25 },
    })
  },
)

it('says that the stated answer of the release stands in', () => {
  const stated = { label: 'ham', confidence: null, probabilities: null, input: {} }
  expect(written(row({ by: null, fallback: 'error', answer: stated }))).toEqual({
    id: 'p_1',
    label: 'ham',
    confidence: null,
    probabilities: null,
    version: null,
    fallback: 'error',
    asked: 'v3',
    ...about,
  })
  const number = { value: 12.5, interval: null, input: {} }
  expect(written(row({ by: null, fallback: 'timeout', answer: number }))).toMatchObject({ value: 12.5, interval: null, version: null })
})

it('writes numbers with seven digits', () => {
  const number = { value: Math.fround(123.456789), interval: { low: -0.1, high: 1e9, share: 0.8 }, input: {} }
  expect(written(row({ answer: number }))).toMatchObject({ value: 123.4568, interval: { low: -0.1, high: 1e9, share: 0.8 } })
})

it('is what the client of the gateway reads, one and many', () => {
  const many = manyAnswers({ model: asked, rows: [row(), row({ id: 'p_2', by: other, fallback: 'overload' })] }, release)
  expect(answeredSchema.parse(JSON.parse(many))).toMatchObject({
    predictions: [
      { id: 'p_1', fallback: null },
      { id: 'p_2', version: 'v2', fallback: 'overload', asked: 'v3' },
    ],
    version: 'v3',
    ...about,
  })
  expect(answeredSchema.parse(JSON.parse(singleAnswer({ model: asked, rows: [row()] }, release)))).toMatchObject({ id: 'p_1' })
})

it.each([0, 1e-9, 4.9e-7, 5e-7, 0.000001, 0.000999, 0.001, 0.1, 0.2999999, 1 / 3, 0.5, 0.9999994, 0.9999996, 1, 1.0000001])(
  'writes the share %f with the value that rounding to six decimals gives',
  (share) => {
    expect(JSON.parse(sixDecimals(share))).toBe(Math.min(1, rounded(share)))
  },
)
