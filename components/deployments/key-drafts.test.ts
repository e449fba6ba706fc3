import { describe, expect, test } from 'vitest'
import { noLimits } from '#core/keys/key-limits'
import { readExpiry } from './expiry-draft.ts'
import { draftOfLimits, type LimitsDraft, readLimits } from './limits-draft.ts'

const empty: LimitsDraft = { ratePerSecond: '', burst: '', rowsPerDay: '', priority: 'normal' }

describe('limits in the form', () => {
  test('empty fields are no limits, and limits come back as they were', () => {
    expect(readLimits(empty)).toEqual({ limits: noLimits, errors: null })
    const limits = { ratePerSecond: 0.5, burst: 3, rowsPerDay: 10_000, priority: 'high' } as const
    expect(readLimits(draftOfLimits(limits)).limits).toEqual(limits)
  })
  test('thousands may have commas', () => {
    expect(readLimits({ ...empty, rowsPerDay: ' 10,000 ' }).limits?.rowsPerDay).toBe(10_000)
  })
  test.each<[Partial<LimitsDraft>, string, RegExp]>([
    [{ ratePerSecond: 'fast' }, 'ratePerSecond', /^Write it as a number, or leave it empty\.$/],
    [{ ratePerSecond: '0' }, 'ratePerSecond', /at least 0\.01/],
    [{ burst: '5' }, 'burst', /go with a rate/],
    [{ ratePerSecond: '5', burst: '1.5' }, 'burst', /whole number/],
    [{ rowsPerDay: '0' }, 'rowsPerDay', /revoke it/],
  ])('%j says what is wrong where', (draft, field, sentence) => {
    expect(readLimits({ ...empty, ...draft }).errors).toMatchObject({ [field]: expect.stringMatching(sentence) })
  })
})

describe('the end in the form', () => {
  const now = new Date(2026, 2, 4, 12)
  test('never, after days, or at the end of a day', () => {
    expect(readExpiry({ choice: 'never', date: '' }, now)).toEqual({ at: null, error: null })
    expect(readExpiry({ choice: '30', date: '' }, now).at).toEqual(new Date(now.getTime() + 30 * 86_400_000))
    expect(readExpiry({ choice: 'date', date: '2026-03-04' }, now).at).toEqual(new Date(2026, 2, 4, 23, 59, 59, 999))
  })
  test('a day that is over or none is refused', () => {
    expect(readExpiry({ choice: 'date', date: '2026-03-03' }, now).error).toMatch(/is over/)
    expect(readExpiry({ choice: 'date', date: '' }, now).error).toMatch(/Choose the last day/)
    expect(readExpiry({ choice: 'date', date: '2026-13-45' }, now).error).toMatch(/Choose the last day/)
  })
})
