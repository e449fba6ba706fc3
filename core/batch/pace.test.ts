import { expect, test } from 'vitest'
import { paceWords } from './pace'

test('says how fast it goes and how long it takes, by the rows of this try alone', () => {
  expect(paceWords({ done: 250_000, total: 1_000_000, sinceMs: 10_000, before: 0 })).toBe('25,000 rows a second, about 30 s left')
  // 250,000 rows were there before: 250,000 more in 10 s
  expect(paceWords({ done: 500_000, total: 1_000_000, sinceMs: 10_000, before: 250_000 })).toBe('25,000 rows a second, about 20 s left')
  expect(paceWords({ done: 30, total: 40, sinceMs: 20_000, before: 0 })).toBe('1.5 rows a second, about 7 s left')
  expect(paceWords({ done: 99_999, total: 100_000, sinceMs: 10_000, before: 0 })).toBe('10,000 rows a second, almost done')
})

test('says nothing about the pace before it can be known', () => {
  expect(paceWords({ done: 100, total: 1_000, sinceMs: 10, before: 0 })).toBe('Answering rows')
  expect(paceWords({ done: 100, total: 1_000, sinceMs: 5_000, before: 100 })).toBe('Answering rows')
})
