import type { LoggedAnswer } from '#core/monitor/views'
import { formatProbability, formatValue } from '#core/words/format'

const reasons: Record<NonNullable<LoggedAnswer['fallback']>, string> = {
  error: 'failed',
  timeout: 'was too slow',
  overload: 'had too many waiting',
  'low-confidence': 'was not sure',
}

/** What was answered, in words. */
export function answerWords({ label, confidence, value }: LoggedAnswer): string {
  if (value !== null) return formatValue(value)
  return confidence === null ? (label ?? '') : `${label ?? ''} ${formatProbability(confidence)}`
}

/** The input as one line, or why there is none. */
export function inputWords({ input, hasHash }: LoggedAnswer): { text: string; isKept: boolean } {
  if (input === null) return { text: hasHash ? 'input not kept, only its hash' : 'input not kept', isKept: false }
  const fields = Object.entries(input).map(([name, value]) => `${name}: ${value === null || value === '' ? '–' : value}`)
  return { text: fields.join(', '), isKept: true }
}

/** Who answered: the version that was asked, or the fallback and why. */
export function versionWords({ version, fallback, answeredBy }: LoggedAnswer): string {
  const asked = version === null ? 'a version that is gone' : `v${version}`
  if (fallback === null) return asked
  return `${answeredBy === null ? 'stated answer' : `v${answeredBy}`}: ${asked} ${reasons[fallback]}`
}

/** How an answer differs from the plain one that a caller got from this gateway. */
export function marksOf({ isEdge, isShadow, fallback, test }: LoggedAnswer): string[] {
  return [...(isShadow ? ['shadow'] : []), ...(isEdge ? ['edge'] : []), ...(fallback ? ['fallback'] : []), ...(test ? ['test'] : [])]
}
