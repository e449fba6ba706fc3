import { expect, test } from 'vitest'
import golden from '../fixtures/golden-features.json'
import { type MomentPart, momentsOf, momentTexts, parseMoment, partOfMoments } from './moments'

const { rows } = golden.moments
const parsed = Float64Array.from(rows, ({ text }) => parseMoment(text))

test.each(['year', 'month', 'day', 'weekday', 'hour'] as const)(`%s by ${golden.moments.call}`, (part) => {
  expect([...partOfMoments(parsed, part)]).toEqual(rows.map((row) => row[part]))
})

test('days since 1970, as float32', () => {
  expect([...partOfMoments(parsed, 'days')]).toEqual(rows.map(({ days }) => Math.fround(days)))
})

test('every day of 400 years is the day that the calendar of the machine says', () => {
  const from = Date.UTC(1999, 11, 31)
  const days = Float64Array.from({ length: 146_100 }, (_, i) => from + i * 86_400_000)
  const moments = momentsOf({ type: 'number', values: days })
  const [years, months, dates, weekdays] = (['year', 'month', 'day', 'weekday'] as const).map((part) => partOfMoments(moments, part))
  for (const [i, day] of days.entries()) {
    const date = new Date(day)
    if (years?.[i] === date.getUTCFullYear() && months?.[i] === date.getUTCMonth() + 1 && dates?.[i] === date.getUTCDate()) {
      if (weekdays?.[i] === (date.getUTCDay() || 7)) continue
    }
    expect.fail(date.toISOString())
  }
})

test.each<[MomentPart, string, number]>([
  ['month-sine', '2024-04-15', 1],
  ['month-cosine', '2024-07-01', -1],
  ['hour-sine', '2024-04-15 06:59', 1],
  ['day-cosine', '2024-04-01', 1],
  ['weekday-sine', '2024-04-15', 0],
])('%s of %s is %d', (part, text, expected) => {
  expect(partOfMoments(Float64Array.of(parseMoment(text)), part)[0]).toBeCloseTo(expected, 6)
})

test.each(['', 'soon', '2024-1-1', '2024-00-10', '2024-10-00', '0000-10-10', '24-01-01', '2024-01-01T10:00+00:07'])(
  '"%s" is no moment',
  (text) => {
    expect(parseMoment(text)).toBeNaN()
  },
)

test('what follows a date and is no time is not read, nor what follows a time', () => {
  expect(parseMoment('2024-01-01, Monday')).toBe(parseMoment('2024-01-01'))
  expect(parseMoment('2024-01-01T10:30 o clock')).toBe(parseMoment('2024-01-01T10:30:00Z'))
  expect(parseMoment('2024-01-01T10:30:00.999+0100')).toBe(parseMoment('2024-01-01T09:30'))
})

test('times of tables are written as models read them', () => {
  expect(momentTexts({ type: 'number', values: Float64Array.of(0, Number.NaN, 1e300) })).toEqual(['1970-01-01T00:00:00.000Z', '', ''])
})

test('times of tables are read as what they are written as', () => {
  const ages = [-62_135_596_800_000, -62_135_596_800_001, 253_402_300_799_999, 253_402_300_800_000, -1, 1.7e12 + 999, 8.7e15, -0.5]
  const column = { type: 'number' as const, values: Float64Array.from([...ages, Number.NaN, Number.POSITIVE_INFINITY]) }
  expect([...momentsOf(column)]).toEqual(momentTexts(column).map(parseMoment))
})
