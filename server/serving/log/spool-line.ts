import type { PredictRow } from '#core/model/signature'
import type { FallbackReason } from '#core/releases/settings'

/**
 * One line of the spool is one request: answered with its rows, or refused. Figures are made from lines alone, so that
 * what is counted and what is logged cannot drift apart.
 */
export type SpoolLine = AnswersLine | OutcomesLine

/** One request: answered with its rows, or refused. */
export type AnswersLine = {
  kind?: 'answers'
  deploymentId: string
  versionId: string
  release: number
  /** ms since 1970, when the answer was ready. */
  at: number
  latencyMs: number
  status: number
  test: boolean
  lowConfidence: number
  /** A fallback answered because the version failed, was too slow or had too many waiting. */
  failedOver?: boolean
  /** A copy of a request for a shadow: its answers were discarded. */
  shadow?: boolean
  /** Made by a model that was handed out, and reported later. */
  edge?: boolean
  rows: SpoolRow[]
}

export type SpoolRow = {
  id: string
  input: PredictRow
  /** Why another than the asked version answered, and which: null for the stated answer. */
  fallback?: FallbackReason
  by?: string | null
  /** Becomes an item for people to review. */
  review?: boolean
  /** Of a shadow: whether it differs from what the caller got. */
  differs?: boolean
} & ({ label: string; confidence: number } | { value: number })

/** Outcomes that a caller reported of earlier predictions. */
export type OutcomesLine = {
  kind: 'outcomes'
  deploymentId: string
  /** ms since 1970, when they were received. */
  at: number
  outcomes: { id: string; name: string; label: string | null; value: number | null; at: number }[]
}

/** Lines of a spool file. A last line that was cut by a crash is left out: its request was never answered. */
export function readSpool(text: string): { lines: SpoolLine[]; torn: number } {
  const lines: SpoolLine[] = []
  let torn = 0
  for (const line of text.split('\n')) {
    if (line === '') continue
    const parsed = parseLine(line)
    if (parsed) lines.push(parsed)
    else torn += 1
  }
  return { lines, torn }
}

function parseLine(line: string): SpoolLine | null {
  try {
    // Written by this code and by nothing else; what does not parse was cut off.
    return JSON.parse(storable(line)) as SpoolLine
  } catch {
    return null
  }
}

/** Postgres stores neither U+0000 nor halves of surrogate pairs; both become U+FFFD. JSON writes them as \\u escapes. */
function storable(line: string): string {
  if (!line.includes('\\u')) return line
  return line.replace(/(\\\\)|\\u0000|\\u[dD][89a-fA-F][0-9a-fA-F]{2}/g, (found, backslash) => (backslash ? found : '\\ufffd'))
}
