import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Dialect } from './csv-dialect'
import { findRecord, type RecordSpan, readFields } from './csv-records'
import type { RowTally } from './row-tally'

/** A longer record is refused: nearly always a quote that nobody closed, and never a row to learn from. */
export const maxRecordBytes = 16 << 20

const outBytes = 1 << 20
const lf = 10

export type Cleaned = { kept: number; longest: number }

/**
 * Copies the records of a CSV file, streamed, into strict CSV with the same delimiter: no header, every record with as many
 * fields as there are columns, no NUL bytes, line ends LF. What cannot be made so is refused, with row and column.
 */
export async function cleanCsv(chunks: AsyncIterable<Buffer>, out: string, dialect: Dialect, tally: RowTally): Promise<Cleaned> {
  const cleaner = openCleaner(dialect, tally)
  await pipeline(cleaner.run(chunks), createWriteStream(out))
  return { kept: tally.kept, longest: cleaner.longest() }
}

function openCleaner({ delimiter, header, preamble, columns }: Dialect, tally: RowTally) {
  const code = delimiter.charCodeAt(0)
  let row = 0
  let before = preamble + (header ? 1 : 0)
  let aboveHeader = preamble
  let longest = 0
  let buffer = Buffer.allocUnsafe(outBytes)
  let used = 0
  const full: Buffer[] = []

  function put(bytes: Uint8Array, from: number, end: number): void {
    const size = end - from
    if (used + size > buffer.length) {
      full.push(buffer.subarray(0, used))
      buffer = Buffer.allocUnsafe(Math.max(outBytes, size))
      used = 0
    }
    buffer.set(bytes.subarray(from, end), used)
    used += size
  }

  const lineEnd = Buffer.from([lf])
  function putRecord(bytes: Uint8Array, from: number, end: number): void {
    put(bytes, from, end)
    put(lineEnd, 0, 1)
    longest = Math.max(longest, end - from)
    tally.keep()
  }

  function putFields(fields: readonly string[]): void {
    const record = Buffer.from(fields.map(quoteField).join(delimiter))
    putRecord(record, 0, record.length)
  }

  /** One record of the file. */
  function take(bytes: Uint8Array, from: number, span: RecordSpan): void {
    row += 1
    const text = () => new TextDecoder().decode(bytes.subarray(from, Math.min(span.end, from + 1000)))
    if (span.end === from) {
      tally.mend('Blank lines were skipped', row)
      return
    }
    if (before > 0) {
      before -= 1
      if (aboveHeader > 0) {
        aboveHeader -= 1
        tally.refuse(row, null, 'preamble', 'It stands above the header.', text)
      }
      return
    }
    if (isBlank(bytes, from, span.end, code)) {
      tally.refuse(row, null, 'blank', 'Every field is empty.', text)
      return
    }
    if (span.fields === columns.length && !span.odd) putRecord(bytes, from, span.end)
    else takeOdd(bytes, from, span, text)
  }

  /** A record that must be written anew, filled up, or refused. */
  function takeOdd(bytes: Uint8Array, from: number, span: RecordSpan, text: () => string): void {
    const fields = readFields(bytes, from, span.end, code)
    if (span.odd) tally.mend('Stray quotes were taken as text', row)
    if (fields.length > columns.length) {
      const extra = fields.slice(columns.length)
      const used = extra.findIndex((field) => field.trim() !== '')
      if (used !== -1) {
        const reason = `It has ${fields.length} fields, the table has ${columns.length} columns.`
        tally.refuse(row, `field ${columns.length + used + 1}`, 'too many', reason, text)
        return
      }
      tally.mend('Empty fields after the last column were left out', row)
    } else if (fields.length < columns.length) {
      tally.mend('Rows with too few fields were filled up with missing values', row)
    }
    putFields(Array.from(columns, (_, index) => fields[index] ?? ''))
  }

  /** A record that is too long, or whose quote is never closed: its first line is refused, and reading goes on below it. */
  function refuseLine(bytes: Uint8Array, from: number, openField: number): number {
    row += 1
    const found = bytes.indexOf(lf, from)
    const end = found === -1 ? bytes.length : found
    const column = openField >= 0 ? (columns[openField] ?? `field ${openField + 1}`) : null
    const reason =
      openField >= 0 ? `The quote that opens field ${openField + 1} is never closed.` : `It is longer than ${maxRecordBytes >> 20} MB.`
    tally.refuse(row, column, 'open', reason, () => new TextDecoder().decode(bytes.subarray(from, Math.min(end, from + 1000))))
    return found === -1 ? bytes.length : found + 1
  }

  async function* run(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let rest = Buffer.alloc(0)
    let skipping = false
    for await (const raw of chunks) {
      let chunk = withoutNul(raw, () => tally.mend('NUL bytes were left out', row + 1))
      if (skipping) {
        const line = chunk.indexOf(lf)
        if (line === -1) continue
        chunk = chunk.subarray(line + 1)
        skipping = false
      }
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      let at = takeAll(bytes, 0, false)
      while (bytes.length - at > maxRecordBytes) {
        // The record does not fit: was it an open quote, or one huge line?
        const { open } = findRecord(bytes, at, code, true) ?? { open: -1 }
        skipping = bytes.indexOf(lf, at) === -1
        at = takeAll(bytes, refuseLine(bytes, at, open), false)
      }
      rest = Buffer.from(bytes.subarray(at))
      yield* full.splice(0)
    }
    takeAll(rest, 0, true)
    full.push(buffer.subarray(0, used))
    yield* full.splice(0)
  }

  /** Takes every record that is surely whole; says where the next one starts. */
  function takeAll(bytes: Uint8Array, from: number, last: boolean): number {
    let at = from
    while (at < bytes.length) {
      const span = findRecord(bytes, at, code, last)
      if (span === null) break
      if (span.open >= 0) {
        at = refuseLine(bytes, at, span.open)
        continue
      }
      take(bytes, at, span)
      at = span.next
    }
    return at
  }

  return { run, longest: () => longest }
}

/** Quotes only where strict CSV needs it. */
export function quoteField(field: string): string {
  return /["\n\r,;\t|]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}

function isBlank(bytes: Uint8Array, from: number, end: number, delimiter: number): boolean {
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at]
    if (byte !== delimiter && byte !== 32 && byte !== 9) return false
  }
  return true
}

function withoutNul(chunk: Buffer, onFound: () => void): Buffer {
  if (chunk.indexOf(0) === -1) return chunk
  onFound()
  return Buffer.from(chunk.filter((byte) => byte !== 0))
}
