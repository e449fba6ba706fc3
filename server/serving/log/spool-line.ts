import type { PredictRow } from '#core/model/signature'
import type { Rollup } from '#core/monitor/rollup'
import type { FallbackReason } from '#core/releases/settings'
import { crc32 } from './crc32'

/**
 * One line of the spool: eight hexadecimal digits of CRC-32, a space, JSON. Figures are made from lines alone, so that what
 * is counted and what is logged cannot drift apart. A line that does not fit its sum is set aside whole, never half-read.
 */
export type SpoolLine = AnswersLine | OutcomesLine | FiguresLine

/** One request: answered with its rows, or refused. */
export type AnswersLine = RequestFacts & { kind?: 'answers'; rows: SpoolRow[] }

export type RequestFacts = {
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
}

export type RowFacts = {
  id: string
  /** Why another than the asked version answered, and which: null for the stated answer. */
  fallback?: FallbackReason
  by?: string | null
  /** Becomes an item for people to review. */
  review?: boolean
  /** Of a shadow: whether it differs from what the caller got. */
  differs?: boolean
} & ({ label: string; confidence: number | null } | { value: number })

/** A row as it may lie on the disk: with its input, or with no more than the bins that its columns fall into. */
export type SpoolRow = RowFacts & {
  input?: PredictRow
  /** sha256 of the canonical input. */
  hash?: string
  /** Bin of each column of the training reference, in its order; -1 for missing. There when the input is not. */
  bins?: number[]
}

/** Outcomes that a caller reported of earlier predictions. */
export type OutcomesLine = {
  kind: 'outcomes'
  deploymentId: string
  /** ms since 1970, when they were received. */
  at: number
  outcomes: { id: string; name: string; label: string | null; value: number | null; at: number }[]
}

/** Traffic of a minute whose rows were not logged: the disk bound was reached. */
export type FiguresLine = {
  kind: 'figures'
  deploymentId: string
  versionId: string
  release: number
  test: boolean
  shadow: boolean
  /** ms since 1970. */
  minute: number
  figures: Rollup
}

/** The first line of a file: which batch it is, whatever the file is called by now. */
type BatchLine = { kind: 'batch'; id: string }

/** A line with its sum and its line break. */
export function writeLine(line: SpoolLine | BatchLine): string {
  const json = JSON.stringify(line)
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`
}

/** A part of a spool file: a line with its place in the file, or what does not fit its sum (a rotten line, or a last one that was cut). */
export type SpoolPart = { at: number; line: SpoolLine | BatchLine } | { damaged: string }

/** The parts of a spool file of this version, or of one before lines had sums, one by one. */
export function* readSpool(text: string): Generator<SpoolPart> {
  let at = 0
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from)
    const part = end < 0 ? text.slice(from) : text.slice(from, end)
    const line = parseLine(part)
    if (line) yield { at, line }
    else if (part !== '') yield { damaged: part }
    if (end < 0) return
    at += 1
    from = end + 1
  }
}

/** Which batch a file says it is (null when that is lost), and how many of its lines are complete, damaged ones included: a file that is still written grows beyond them. */
export function surveySpool(text: string): { batch: string | null; complete: number } {
  let complete = 0
  let last = 0
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', last)) {
    complete += 1
    last = end + 1
  }
  if (last < text.length && parseLine(text.slice(last))) complete += 1
  const end = text.indexOf('\n')
  const first = parseLine(end < 0 ? text : text.slice(0, end))
  return { batch: first?.kind === 'batch' ? first.id : null, complete }
}

function parseLine(part: string): SpoolLine | BatchLine | null {
  const isSummed = /^[0-9a-f]{8} \{/.test(part)
  if (!isSummed && !part.startsWith('{')) return null
  const json = isSummed ? part.slice(9) : part
  if (isSummed && crc32(json) !== Number.parseInt(part.slice(0, 8), 16)) return null
  try {
    // Written by this code and by nothing else, and its sum says that it still is; without a sum the ids must be there.
    const line = JSON.parse(storable(json)) as SpoolLine | BatchLine
    return isSummed || (line.kind === undefined && typeof line.deploymentId === 'string' && Array.isArray(line.rows)) ? line : null
  } catch {
    return null
  }
}

/** Postgres stores neither U+0000 nor halves of surrogate pairs; both become U+FFFD. JSON writes them as \\u escapes. */
function storable(json: string): string {
  if (!json.includes('\\u')) return json
  return json.replace(/(\\\\)|\\u0000|\\u[dD][89a-fA-F][0-9a-fA-F]{2}/g, (found, backslash) => (backslash ? found : '\\ufffd'))
}
