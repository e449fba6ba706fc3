import type { DatePart } from '#core/ports/plan'
import type { TrainColumn } from '#ml/pipeline/data'
import { modelText } from './raw-columns'

/**
 * Moments from ISO 8601 texts, in whole numbers only, because ml/onnx/export-moments.ts does the same inside a model. Days count
 * from 1 March of the year 0, so that leap days come last and nothing is negative; Hinnant, "chrono-Compatible Low-Level
 * Date Algorithms" (days_from_civil, civil_from_days).
 */

/** What can be read off a moment; `days`: since 1970, with fractions. The sine and cosine of a part turn once in its period. */
export type MomentPart = DatePart | `${Exclude<DatePart, 'year'>}-${'sine' | 'cosine'}` | 'days'

/** From 1 March of the year 0 to 1 January 1970. */
export const daysBefore1970 = 719_468
export const secondsPerDay = 86_400

/** Whole turns of a part, and the number it begins with. */
export const cycles = { month: [12, 1], day: [31, 1], weekday: [7, 1], hour: [24, 0] } as const satisfies Record<
  Exclude<DatePart, 'year'>,
  readonly [number, number]
>

/** Offsets from UTC that are read, in minutes: quarters of an hour up to 14 hours. */
export const offsets: readonly { text: string; minutes: number }[] = Array.from({ length: 57 }, (_, i) => i * 15).flatMap((minutes) =>
  ['+', '-'].flatMap((sign) => {
    const [hour, rest] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'))
    return [':', ''].map((colon) => ({ text: `${sign}${hour}${colon}${rest}`, minutes: sign === '+' ? minutes : -minutes }))
  }),
)
const minutesOf = new Map(offsets.map(({ text, minutes }) => [text, minutes]))

const pattern = /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?/
const offsetPattern = /[+-][0-9]{2}:?[0-9]{2}$/

/**
 * Seconds since 1 March of the year 0, UTC; NaN for no moment. Reads `2024-03-01`, with a time after T or a space if there is
 * one, and an offset at the end (else UTC); fractions of seconds are dropped.
 */
export function parseMoment(text: string): number {
  const found = pattern.exec(text)
  if (!found) return Number.NaN
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1).map((part) => Number(part ?? 0))
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31) return Number.NaN
  const offset = found[4] === undefined ? null : offsetPattern.exec(text)
  const minutes = offset ? (minutesOf.get(offset[0]) ?? Number.NaN) : 0
  return daysOf(year, month, day) * secondsPerDay + hour * 3600 + minute * 60 + second - minutes * 60
}

/** Seconds of each row, as parseMoment reads momentTexts. */
export function momentsOf(column: TrainColumn): Float64Array {
  if (column.type === 'text') return Float64Array.from(momentTexts(column), parseMoment)
  const [first, end] = [daysOf(1, 1, 1), daysOf(10_000, 1, 1)]
  return Float64Array.from(column.values, (value) => {
    const seconds = Math.floor(Math.trunc(value) / 1000) + daysBefore1970 * secondsPerDay
    return seconds >= first * secondsPerDay && seconds < end * secondsPerDay ? seconds : Number.NaN
  })
}

/** What rows are put in order of time by: numbers and timestamps as they are, texts as the moments that they name; NaN for none. */
export const timesOf = (column: TrainColumn): Float64Array => (column.type === 'number' ? column.values : momentsOf(column))

/** Moments as a model reads them: ISO 8601, '' for missing. Tables hold them as milliseconds since 1970, or as text. */
export function momentTexts(column: TrainColumn): readonly string[] {
  if (column.type === 'text') return column.values.map(modelText)
  return Array.from(column.values, (value) => (Math.abs(value) <= 8.64e15 ? new Date(value).toISOString() : ''))
}

/** One number of each moment, float32; NaN for missing. */
export function partOfMoments(moments: Float64Array, part: MomentPart): Float32Array {
  if (part === 'days') return Float32Array.from(moments, (moment) => moment / secondsPerDay - daysBefore1970)
  const [plain = '', turn] = part.split('-')
  const cycle = turn === undefined ? null : cycleTable(part)
  return Float32Array.from(moments, (moment) => {
    if (Number.isNaN(moment)) return moment
    const value = plainPart(moment, plain)
    return cycle === null ? value : (cycle[value] ?? Number.NaN)
  })
}

/** Sine or cosine of a part by its number; entries before its first number are never read. */
export function cycleTable(part: MomentPart): Float32Array {
  const [plain = '', turn] = part.split('-')
  // a part with a turn is one of the cycles; the type of a split text does not say so
  const [period, first] = cycles[plain as keyof typeof cycles]
  const of = turn === 'sine' ? Math.sin : Math.cos
  return Float32Array.from({ length: period + first }, (_, i) => of((2 * Math.PI * (i - first)) / period))
}

function plainPart(moment: number, part: string): number {
  const days = Math.floor(moment / secondsPerDay)
  switch (part) {
    case 'hour':
      return Math.floor((moment - days * secondsPerDay) / 3600)
    case 'weekday':
      return ((days + 2) % 7) + 1
    default: {
      const { year, month, day } = dateOf(days)
      return part === 'year' ? year : part === 'month' ? month : day
    }
  }
}

function daysOf(year: number, month: number, day: number): number {
  const turned = month <= 2 ? year - 1 : year
  const era = Math.floor(turned / 400)
  const yearOfEra = turned - era * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
}

function dateOf(days: number): { year: number; month: number; day: number } {
  const era = Math.floor(days / 146_097)
  const dayOfEra = days - era * 146_097
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const turned = Math.floor((5 * dayOfYear + 2) / 153)
  const month = turned < 10 ? turned + 3 : turned - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: dayOfYear - Math.floor((153 * turned + 2) / 5) + 1 }
}
