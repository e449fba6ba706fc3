import { open } from 'node:fs/promises'
import { AppError } from '#core/errors/app-error'

export type FileFormat = 'csv' | 'json-lines' | 'json-array' | 'parquet'

/** What a file is by its content; the ending of its name is not believed. Files that are no table are refused in a sentence. */
export async function sniffFile(file: string, name: string): Promise<FileFormat> {
  const head = await readHead(file, 4096)
  if (head.length === 0) throw badFile(name, 'is empty', 'Upload a file that holds rows')
  for (const { magic, what, mend } of noTables) {
    if (head.subarray(0, magic.length).equals(Buffer.from(magic, 'latin1'))) throw badFile(name, `is ${what}, not a table`, mend)
  }
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') return 'parquet'
  if (isBinary(head)) throw badFile(name, 'is no text file', 'Upload CSV, TSV, JSON lines, a JSON list or Parquet')
  return textFormat(withoutBom(head).toString('utf8'), name)
}

/** The first bytes of a file. */
export async function readHead(file: string, length: number): Promise<Buffer> {
  const handle = await open(file, 'r')
  try {
    const buffer = Buffer.alloc(length)
    const { bytesRead } = await handle.read(buffer, 0, length, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

export const badFile = (name: string, what: string, mend: string, cause?: unknown): AppError =>
  new AppError('bad_file', { detail: `The file ${name} ${what}. ${mend}.`, cause })

const noTables: { magic: string; what: string; mend: string }[] = [
  { magic: 'PK\u0003\u0004', what: 'a ZIP archive or an Excel workbook', mend: 'Unpack it, or save the sheet as CSV, and upload that' },
  { magic: '\u001f\u008b', what: 'packed with gzip', mend: 'Unpack it first' },
  { magic: '\u00d0\u00cf\u0011\u00e0', what: 'an old Excel or Word file', mend: 'Save the sheet as CSV and upload that' },
  { magic: '%PDF', what: 'a PDF', mend: 'Upload the table itself, for example as CSV' },
  { magic: '\u0089PNG', what: 'a picture', mend: 'Upload the table itself, for example as CSV' },
  { magic: '\u00ff\u00d8\u00ff', what: 'a picture', mend: 'Upload the table itself, for example as CSV' },
  { magic: '7z\u00bc\u00af', what: 'a 7-Zip archive', mend: 'Unpack it first' },
  { magic: 'BZh', what: 'packed with bzip2', mend: 'Unpack it first' },
  { magic: '\u0028\u00b5\u002f\u00fd', what: 'packed with zstd', mend: 'Unpack it first' },
  { magic: 'SQLite format 3', what: 'an SQLite database', mend: 'Export the table as CSV and upload that' },
]

/** Many control characters that no text has; UTF-16 is told by its zeros standing on one side. */
function isBinary(head: Buffer): boolean {
  if (head[0] === 0xff && head[1] === 0xfe) return false
  if (head[0] === 0xfe && head[1] === 0xff) return false
  let odd = 0
  const zeros = [0, 0]
  for (const [index, byte] of head.entries()) {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1
    else if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 27) odd += 1
  }
  if (odd > head.length * 0.05) return true
  const [even = 0, uneven = 0] = zeros
  const utf16 = Math.max(even, uneven) > head.length * 0.2 && Math.min(even, uneven) < head.length * 0.02
  return !utf16 && even + uneven > head.length * 0.1
}

function withoutBom(head: Buffer): Buffer {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? head.subarray(3) : head
}

function textFormat(text: string, name: string): FileFormat {
  const start = text.trimStart()
  if (/^<(!doctype|html|\?xml)/i.test(start))
    throw badFile(name, 'is a web page or XML, not a table', 'Upload CSV, TSV, JSON lines, a JSON list or Parquet')
  if (/^\[\s*(\{|\]|$)/.test(start)) return 'json-array'
  // A CSV line may start with a brace too, but not with a brace and a quoted key.
  if (/^\{\s*("(\\.|[^"\\])*"\s*:|\})/.test(start)) return 'json-lines'
  return 'csv'
}
