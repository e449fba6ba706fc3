import { uniqueName } from '#server/tables/column-types'
import { findRecord, readFields } from './csv-records'

/** What must be known to read a CSV file. */
export type Dialect = {
  delimiter: string
  /** Whether the first record of the table holds the names. */
  header: boolean
  /** Records above the table: titles, remarks. */
  preamble: number
  columns: string[]
  notes: string[]
}

const delimiters = [',', ';', '\t', '|']
/** Records looked at. */
const sampleRecords = 500

/** Guesses the dialect from the beginning of the file; what the person chose wins. */
export function detectDialect(sample: Uint8Array, wholeFile: boolean, wanted: { delimiter?: string; header?: boolean } = {}): Dialect {
  const delimiter = wanted.delimiter ?? detectDelimiter(sample, wholeFile)
  const records = sampleOf(sample, wholeFile, delimiter)
  const usual = modalLength(records)
  const preamble = wanted.header === false ? 0 : countPreamble(records, usual)
  const rows = records.slice(preamble)
  const header = wanted.header ?? (preamble > 0 || looksLikeHeader(rows))
  const names = header ? (rows[0] ?? []) : []
  // Empty fields at the end of the header are kept only where rows use them.
  const length = Math.max(header ? trimmedLength(names) : 0, usual)
  const notes: string[] = []
  if (header && trimmedLength(names) < usual)
    notes.push('The header has fewer names than the rows have fields; names were made up for the rest.')
  if (header && wanted.header === undefined && rows.length === 1) notes.push('The file holds a header and no rows.')
  return { delimiter, header, preamble, columns: columnNames(names, length, notes), notes }
}

function detectDelimiter(sample: Uint8Array, wholeFile: boolean): string {
  let best = { delimiter: ',', score: 0 }
  for (const delimiter of delimiters) {
    const records = sampleOf(sample, wholeFile, delimiter)
    const usual = modalLength(records)
    if (usual < 2) continue
    const agreeing = records.filter((record) => record.length === usual).length / records.length
    // Agreement first; among equals, the delimiter that makes more columns. Commas and semicolons also stand in sentences.
    const score = agreeing * agreeing * (1 + Math.log2(usual) / 4)
    if (score > best.score * 1.01) best = { delimiter, score }
  }
  return best.delimiter
}

/** The first records of the sample that hold anything. */
function sampleOf(sample: Uint8Array, wholeFile: boolean, delimiter: string): string[][] {
  const code = delimiter.charCodeAt(0)
  const records: string[][] = []
  for (let at = 0; at < sample.length && records.length < sampleRecords; ) {
    const span = findRecord(sample, at, code, wholeFile)
    if (span === null || span.open !== -1) break
    if (span.end > at) records.push(readFields(sample, at, span.end, code))
    at = span.next
  }
  // One record longer than the sample: better a cut one than none.
  if (records.length === 0 && sample.length > 0) records.push(readFields(sample, 0, sample.length, code))
  return records
}

/** The number of fields that most records have; the larger of equals. */
function modalLength(records: readonly string[][]): number {
  const counts = new Map<number, number>()
  for (const record of records) counts.set(record.length, (counts.get(record.length) ?? 0) + 1)
  let best = 0
  for (const [length, count] of counts) {
    const bestCount = counts.get(best) ?? 0
    if (count > bestCount || (count === bestCount && length > best)) best = length
  }
  return best
}

/** Titles and remarks above a table fill few of its fields; the table starts at the first record that fills at least half of them. */
function countPreamble(records: readonly string[][], usual: number): number {
  if (usual < 3) return 0
  const filled = (record: readonly string[]) => record.filter((field) => field.trim() !== '').length
  const first = records[0]
  if (first === undefined || filled(first) * 2 >= usual) return 0
  const most = Math.max(...records.slice(0, 50).map(filled))
  const start = records.findIndex((record) => filled(record) * 2 >= Math.min(usual, most) && filled(record) > 1)
  return start > 0 && start <= 20 ? start : 0
}

/**
 * Names are text, differ from each other, and are not found again below them. A value that is a number or a date makes the
 * first record a row of data.
 */
function looksLikeHeader([first, ...rest]: readonly string[][]): boolean {
  if (first === undefined) return false
  const names = first.map((field) => field.trim()).filter((field) => field !== '')
  if (names.length === 0 || names.some(isTyped)) return false
  if (rest.length === 0) return true
  const typedBelow = first.some((_, index) => {
    const below = rest.map((record) => record[index]?.trim() ?? '').filter((field) => field !== '')
    return below.length > 0 && below.filter(isTyped).length > below.length * 0.5
  })
  if (typedBelow) return true
  if (new Set(names).size < names.length) return false
  const again = first.some((field, index) => field.trim() !== '' && rest.some((record) => record[index]?.trim() === field.trim()))
  return !again
}

/** A number, a date, or a word that stands for a value. */
function isTyped(field: string): boolean {
  return (
    /^[+-]?(\d+([.,]\d+)*|\.\d+)(e[+-]?\d+)?\s*%?$/i.test(field) ||
    /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}/.test(field) ||
    /^(true|false|null)$/i.test(field)
  )
}

function columnNames(names: readonly string[], length: number, notes: string[]): string[] {
  const taken = new Set<string>()
  let [empty, repeated] = [0, 0]
  const unique = Array.from({ length }, (_, index) => {
    const name = (names[index] ?? '').replace(/\s+/g, ' ').trim().slice(0, 200)
    if (name === '') empty += 1
    const wanted = name || `column_${index + 1}`
    const given = uniqueName(wanted, taken)
    if (given !== wanted) repeated += 1
    return given
  })
  if (names.length > 0 && empty > 0)
    notes.push(`${empty} ${empty === 1 ? 'column has' : 'columns have'} no name in the header and got one by position.`)
  if (repeated > 0) notes.push(`${repeated} repeated column ${repeated === 1 ? 'name' : 'names'} got a number at the end.`)
  return unique
}

function trimmedLength(names: readonly string[]): number {
  let length = names.length
  while (length > 0 && (names[length - 1] ?? '').trim() === '') length -= 1
  return length
}
