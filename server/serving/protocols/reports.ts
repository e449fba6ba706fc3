import { AppError } from '#core/errors/app-error'
import { article, isObject, parseJson } from './json-shape'

/** What a caller may report at once. */
export const maxReports = 1000

const predictionId = /^p_[\w-]{8,62}$/
const longestAheadMs = 24 * 3_600_000

/** One report as an object, or an array of them. */
export function readReports(text: string, what: string): Record<string, unknown>[] {
  if (text.trim() === '')
    throw new AppError('bad_request', { detail: `The body is empty. Send one ${what} as a JSON object, or an array of them.` })
  const value = parseJson(text)
  const reports: unknown[] = Array.isArray(value) ? value : [value]
  if (reports.length === 0) throw new AppError('bad_input', { detail: `There is no ${what}. Send at least one.` })
  if (reports.length > maxReports) {
    throw new AppError('too_large', {
      detail: `${reports.length.toLocaleString('en')} are more than the ${maxReports.toLocaleString('en')} that one request may hold. Split them.`,
    })
  }
  return reports.map((report, i) => {
    if (isObject(report)) return report
    throw misreport(i, `is ${article(report)}, not a JSON object`)
  })
}

/** A prediction id as the gateway makes them: `p_` and letters, digits, - and _. */
export function readPredictionId(value: unknown, index: number): string {
  if (typeof value === 'string' && predictionId.test(value)) return value
  const is = typeof value === 'string' ? `"${value.slice(0, 60)}"` : article(value)
  throw misreport(index, `has the "id" ${is}, which is none of a prediction: p_ and 8 to 62 letters, digits, - and _`, 'id')
}

/** A time in ISO 8601 or ms since 1970; `now` when none is given. Clocks of callers may be ahead, but not by more than a day. */
export function readMoment(value: unknown, { now, index }: { now: number; index: number }): number {
  if (value === undefined || value === null) return now
  const at = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (!Number.isFinite(at) || at < 0) throw misreport(index, 'has an "at" that is no time: write it as 2026-01-31T18:00:00Z', 'at')
  if (at > now + longestAheadMs) throw misreport(index, 'has an "at" that lies more than a day ahead', 'at')
  return Math.round(at)
}

/** Refuses fields that would be ignored: they are misspelt. */
export function refuseOtherFields(report: Record<string, unknown>, known: readonly string[], index: number): void {
  const other = Object.keys(report).find((name) => !known.includes(name))
  if (other !== undefined) throw misreport(index, `has the field "${other.slice(0, 60)}". It may have ${known.join(', ')}`, other)
}

/** A refusal that names the report by its place among those sent. */
export function misreport(index: number, why: string, column?: string): AppError {
  return new AppError('bad_input', {
    detail: `Record ${index + 1} ${why}.`,
    hint: { row: index + 1, ...(column === undefined ? {} : { column }) },
  })
}
