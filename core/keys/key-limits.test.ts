import { describe, expect, it, test } from 'vitest'
import { actionsWords, keyLimitsSchema, limitWords, newKeySchema, noLimits, rateLimitOf } from './key-limits'
import { isKeyInForce, keyStatus, newKeyEndsAt, oldKeyEndsAt } from './key-status'

const now = new Date('2026-03-04T12:00:00Z')
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000)
const life = { expiresAt: null, replacedBy: null, revokedAt: null }

describe('how a key stands', () => {
  it.each([
    ['in force', life, true],
    ['in force', { ...life, expiresAt: inDays(15) }, true],
    ['expires soon', { ...life, expiresAt: inDays(14) }, true],
    ['expired', { ...life, expiresAt: now }, false],
    ['replaced', { ...life, expiresAt: inDays(1), replacedBy: 'x' }, true],
    ['replaced', { ...life, expiresAt: inDays(-1), replacedBy: 'x' }, false],
    ['revoked', { expiresAt: inDays(1), replacedBy: 'x', revokedAt: inDays(-1) }, false],
  ])('%s', (status, key, works) => {
    expect(keyStatus(key, now)).toBe(status)
    expect(isKeyInForce(key, now)).toBe(works)
  })
})

test('a rotation never lengthens the life of the old key, and gives the new one its length', () => {
  expect(oldKeyEndsAt(null, now, 3_600_000)).toEqual(new Date('2026-03-04T13:00:00Z'))
  expect(oldKeyEndsAt(inDays(1), now, 7 * 86_400_000)).toEqual(inDays(1))
  expect(oldKeyEndsAt(inDays(30), now, 0)).toEqual(now)
  expect(newKeyEndsAt({ createdAt: inDays(-80), expiresAt: inDays(10) }, now)).toEqual(inDays(90))
  expect(newKeyEndsAt({ createdAt: inDays(-80), expiresAt: null }, now)).toBeNull()
})

describe('limits', () => {
  it('in words', () => {
    expect(limitWords(noLimits)).toBe('none')
    expect(limitWords({ ratePerSecond: 2.5, burst: null, rowsPerDay: 1, priority: 'low' })).toBe(
      '2.5 requests/s, 3 at once; 1 row a day; low priority',
    )
    expect(actionsWords(['predict', 'describe'])).toBe('ask for predictions and read what a deployment reads and answers')
    expect(actionsWords(['batch'])).toBe('order batch predictions')
  })
  it('a second of requests may come at once where nothing is said, but always one', () => {
    expect(rateLimitOf({ ratePerSecond: 0.2, burst: null })).toEqual({ ratePerSecond: 0.2, burst: 1 })
    expect(rateLimitOf({ ratePerSecond: null, burst: null })).toBeNull()
  })
  it.each([
    [{ burst: 5 }, /go with a rate/],
    [{ ratePerSecond: 0 }, /at least 0\.01/],
    [{ ratePerSecond: 1, burst: 0 }, /At least 1 request/],
    [{ ratePerSecond: 1, burst: 1.5 }, /whole number/],
    [{ rowsPerDay: 0 }, /revoke it/],
    [{ rowsPerDay: 3e9 }, /2,000,000,000/],
    [{ priority: 'urgent' }, /high/],
  ])('%j is refused in a sentence', (limits, sentence) => {
    const read = keyLimitsSchema.safeParse(limits)
    expect(read.error?.issues[0]?.message).toMatch(sentence)
  })
  it('a key without a word about limits has none', () => {
    expect(newKeySchema.parse({ name: ' shop ', deployments: null })).toEqual({
      name: 'shop',
      deployments: null,
      actions: null,
      expiresAt: null,
      limits: noLimits,
    })
  })
})
