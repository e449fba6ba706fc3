import { expect, it } from 'vitest'
import { healthLook, sparkMinutes, sparkWords } from './prepare-list.ts'

it('gives each health its own shape and word', () => {
  const all = (['ok', 'warn', 'bad', 'idle'] as const).map(healthLook)
  expect(new Set(all.map(({ status }) => status)).size).toBe(4)
  expect(new Set(all.map(({ word }) => word)).size).toBe(4)
})

it('leaves a gap before the deployment was there, but none for silence after it', () => {
  const now = new Date('2026-01-01T10:30:30Z')
  expect(sparkMinutes([0, 0, 5, 0, 2], new Date('2026-01-01T10:28:00Z'), now)).toEqual([null, null, 5, 0, 2])
  expect(sparkMinutes([3, 0], new Date('2026-01-01T10:30:00Z'), now)).toEqual([3, 0])
})

it('says the sparkline in words', () => {
  expect(sparkWords([0, 0, 0])).toBe('no requests in 3 minutes')
  expect(sparkWords([1, 20])).toBe('21 requests in 2 minutes, 20 requests in the busiest')
})
