import { expect, it } from 'vitest'
import { dayStartMs, judgeQuota } from './daily-quota'

const noon = Date.UTC(2026, 2, 4, 12)

it.each([
  ['the first', 10, 0, 1, 'pass'],
  ['the last that fits', 10, 9, 1, 'pass'],
  ['all at once', 10, 0, 10, 'pass'],
  ['one too many', 10, 10, 1, 'spent'],
  ['a part of which would fit', 10, 9, 2, 'spent'],
  ['after an overshoot', 10, 12, 1, 'spent'],
  ['more than any day has', 10, 0, 11, 'too_large'],
  ['no rows', 10, 10, 0, 'pass'],
])('%s', (_what, rowsPerDay, spent, rows, kind) => expect(judgeQuota({ rowsPerDay, spent, rows, nowMs: noon })).toMatchObject({ kind }))

it('says what is left and when the day ends, in UTC', () => {
  const ask = (nowMs: number, spent: number) => judgeQuota({ rowsPerDay: 10, spent, rows: 5, nowMs })
  expect(ask(noon, 7)).toEqual({ kind: 'spent', left: 3, secondsToNextDay: 12 * 3600 })
  expect(ask(noon, 99)).toMatchObject({ left: 0 })
  expect(ask(dayStartMs(noon), 10)).toMatchObject({ secondsToNextDay: 86_400 })
  expect(ask(dayStartMs(noon) + 86_400_000 - 1, 10)).toMatchObject({ secondsToNextDay: 1 })
})
