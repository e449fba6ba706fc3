import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { ColumnType } from '#core/ports/columns'
import { uniqueName } from '#server/tables/column-types'
import { maxRecordBytes } from './clean-csv'
import type { RowTally } from './row-tally'

export type JsonColumn = { name: string /** Types that the values seen so far allow; text always. */; allowed: readonly ColumnType[] }
export type CleanedJson = { kept: number; longest: number; columns: JsonColumn[] }

/** Stands for a missing value in the CSV that we write; the text itself is quoted there. */
export const missingMark = '\\N'
/** One more and the file is no table of records but a dictionary. */
const maxColumns = 20_000
const lf = 10

type Kind = 'integer' | 'number' | 'boolean' | 'string' | 'nested'

/**
 * Copies JSON records, streamed, into CSV without header: columns in the order in which their keys are first seen; lists and
 * objects inside as JSON text. Rows before a new key are shorter than those after it.
 */
export async function cleanJson(
  chunks: AsyncIterable<Buffer>,
  out: string,
  shape: 'lines' | 'array',
  tally: RowTally,
): Promise<CleanedJson> {
  const keys = new Map<string, { place: number; kinds: Set<Kind> }>()
  let longest = 0
  async function* run(): AsyncGenerator<string> {
    let part: string[] = []
    let size = 0
    const records = shape === 'lines' ? linesOf(chunks, tally) : itemsOf(chunks, tally)
    for await (const { row, text } of records) {
      const record = parseRecord(text, row, tally)
      if (record === null) continue
      const line = writeRecord(record, row, text, keys, tally)
      if (line === null) continue
      longest = Math.max(longest, line.length * 3)
      part.push(line)
      size += line.length
      if (size > 1 << 20) {
        yield part.join('')
        part = []
        size = 0
      }
    }
    yield part.join('')
  }
  await pipeline(run(), createWriteStream(out))
  const taken = new Set<string>()
  const columns = [...keys].map(([name, { kinds }]) => ({ name: uniqueName(name || 'column', taken), allowed: allowedTypes(kinds) }))
  return { kept: tally.kept, longest, columns }
}

function parseRecord(text: string, row: number, tally: RowTally): Record<string, unknown> | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/,? ?"[\s\S]*" is not valid JSON$/, ' here') : 'unknown'
    tally.refuse(row, null, 'json', `It is not valid JSON: ${reason}.`, () => text)
    return null
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    tally.refuse(row, null, 'shape', 'It is not an object with named values.', () => text)
    return null
  }
  // Checked above: a plain object, whose values are looked at one by one.
  return value as Record<string, unknown>
}

function writeRecord(
  record: Record<string, unknown>,
  row: number,
  text: string,
  keys: Map<string, { place: number; kinds: Set<Kind> }>,
  tally: RowTally,
): string | null {
  const names = Object.keys(record)
  const added = names.filter((name) => !keys.has(name)).length
  if (keys.size + added > maxColumns) {
    tally.refuse(row, null, 'keys', `It would make more than ${maxColumns} columns.`, () => text)
    return null
  }
  for (const name of names) if (!keys.has(name)) keys.set(name, { place: keys.size, kinds: new Set() })
  const fields: string[] = new Array<string>(keys.size).fill(missingMark)
  for (const [name, value] of Object.entries(record)) {
    const key = keys.get(name)
    if (key === undefined || value === null) continue
    fields[key.place] = `"${fieldText(value, key.kinds).replaceAll('"', '""').replaceAll('\u0000', '')}"`
  }
  tally.keep()
  // A record without any value would be an empty line.
  return `${fields.length === 0 ? missingMark : fields.join(',')}\n`
}

function fieldText(value: unknown, kinds: Set<Kind>): string {
  if (typeof value === 'string') {
    kinds.add('string')
    return value
  }
  if (typeof value === 'number') {
    kinds.add(Number.isSafeInteger(value) ? 'integer' : 'number')
    return String(value)
  }
  if (typeof value === 'boolean') {
    kinds.add('boolean')
    return String(value)
  }
  kinds.add('nested')
  return JSON.stringify(value)
}

function allowedTypes(kinds: ReadonlySet<Kind>): ColumnType[] {
  const only = (...some: Kind[]) => [...kinds].every((kind) => some.includes(kind))
  if (kinds.size === 0) return []
  if (only('integer')) return ['integer', 'number']
  if (only('integer', 'number')) return ['number']
  if (only('boolean')) return ['boolean']
  return only('string') ? ['timestamp'] : []
}

type Item = { row: number; text: string }

/** One JSON text a line. */
async function* linesOf(chunks: AsyncIterable<Buffer>, tally: RowTally): AsyncGenerator<Item> {
  let rest = Buffer.alloc(0)
  let row = 0
  let skipping = false
  const item = (bytes: Buffer): Item | null => {
    row += 1
    const text = bytes.toString('utf8').trim()
    if (text !== '') return { row, text }
    tally.mend('Blank lines were skipped', row)
    return null
  }
  for await (const chunk of chunks) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (let end = bytes.indexOf(lf); end !== -1; end = bytes.indexOf(lf)) {
      const found = skipping ? null : item(bytes.subarray(0, end))
      skipping = false
      bytes = bytes.subarray(end + 1)
      if (found) yield found
    }
    if (bytes.length > maxRecordBytes) {
      if (!skipping) refuseHuge(++row, bytes, tally)
      skipping = true
      bytes = Buffer.alloc(0)
    }
    rest = Buffer.from(bytes)
  }
  const last = skipping || rest.length === 0 ? null : item(rest)
  if (last) yield last
}

/** The objects of one JSON list, however it is laid out; also objects that follow each other without a list. */
async function* itemsOf(chunks: AsyncIterable<Buffer>, tally: RowTally): AsyncGenerator<Item> {
  let rest = Buffer.alloc(0)
  let row = 0
  let [at, depth, start] = [0, 0, -1]
  let [inText, escaped] = [false, false]
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at]
      if (inText) {
        if (escaped) escaped = false
        else if (byte === 92) escaped = true
        else if (byte === 34) inText = false
      } else if (byte === 34) inText = true
      else if (byte === 123 || (byte === 91 && start >= 0)) {
        if (depth === 0) start = at
        depth += 1
      } else if ((byte === 125 || byte === 93) && depth > 0) {
        depth -= 1
        if (depth === 0 && start >= 0) {
          row += 1
          yield { row, text: bytes.toString('utf8', start, at + 1) }
          start = -1
        }
      } else if (depth === 0 && isStray(byte)) {
        row += 1
        const end = strayEnd(bytes, at)
        tally.refuse(row, null, 'shape', 'It is not an object with named values.', () => bytes.toString('utf8', at, end))
        at = end - 1
      }
    }
    const from = start >= 0 ? start : bytes.length
    if (start >= 0 && bytes.length - start > maxRecordBytes) {
      refuseHuge(++row, bytes.subarray(start), tally)
      return
    }
    rest = Buffer.from(bytes.subarray(from))
    at -= from
    if (start >= 0) start = 0
  }
  if (start >= 0) {
    tally.refuse(++row, null, 'open', 'The file ends in the middle of it.', () => rest.toString('utf8', 0, 1000))
  }
}

/** Something between the records that is neither space nor comma nor the brackets of the list. */
function isStray(byte: number | undefined): boolean {
  return byte !== undefined && byte > 32 && byte !== 44 && byte !== 91 && byte !== 93
}

function strayEnd(bytes: Buffer, from: number): number {
  let end = from + 1
  while (end < bytes.length && bytes[end] !== 44 && bytes[end] !== 93 && bytes[end] !== 10) end += 1
  return end
}

function refuseHuge(row: number, bytes: Buffer, tally: RowTally): void {
  tally.refuse(row, null, 'huge', `It is longer than ${maxRecordBytes >> 20} MB.`, () => bytes.toString('utf8', 0, 1000))
}
