import type { PredictRow } from '#core/model/signature'

/**
 * One line of the spool is one request: answered with its rows, or refused. Figures are made from lines alone, so that
 * what is counted and what is logged cannot drift apart.
 */
export type SpoolLine = {
  deploymentId: string
  versionId: string
  release: number
  /** ms since 1970, when the answer was ready. */
  at: number
  latencyMs: number
  status: number
  test: boolean
  lowConfidence: number
  rows: ({ id: string; input: PredictRow } & ({ label: string; confidence: number } | { value: number }))[]
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
