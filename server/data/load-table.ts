import { randomUUID } from 'node:crypto'
import { rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { AppError } from '#core/errors/app-error'
import type { ColumnType } from '#core/ports/columns'
import type { LoadReport } from '#core/reports/report'
import { literal } from '#core/sql/quote'
import { shapeOf } from '#server/tables/column-types'
import { firstLine } from '#server/tables/explain-duckdb'
import { type TableKeeper, writeParquet } from '#server/tables/write-parquet'
import type { NewTable } from '#stages/define'
import { cleanCsv } from './clean-csv'
import { cleanJson, missingMark } from './clean-json'
import { cleanVectors, detectVectors, type VectorsDialect, vectorColumns } from './clean-vectors'
import { type Dialect, detectDialect } from './csv-dialect'
import { detectEncoding, type Encoding, utf8Chunks } from './decode-file'
import { inferTypes } from './infer-types'
import { openTally, type RowTally } from './row-tally'
import { badFile, type FileFormat, sniffFile } from './sniff-file'

/** What a person may choose when our guess is wrong. */
export type LoadChoices = { delimiter?: string; header?: boolean; encoding?: string }

export type LoadOptions = LoadChoices & {
  /** What sentences call the file. */
  name: string
  scratch: string
  keeper: TableKeeper
  signal: AbortSignal
  progress?(done: number, total: number, doing: string): void
}

export type LoadedTable = { table: NewTable; report: LoadReport }

const sampleBytes = 512 * 1024
/** DuckDB holds a buffer per column while it writes; more columns would not fit into the memory of a small machine. */
const maxColumns = 2_000
const wideColumns = 200

/**
 * Makes a table of a file, streamed: the file is never whole in memory. Our own pass over the bytes decides what becomes of
 * every record and writes strict CSV; DuckDB then types it and writes Parquet. The rows are counted on both sides.
 */
export async function loadTable(connection: DuckDBConnection, file: string, options: LoadOptions): Promise<LoadedTable> {
  const format = await sniffFile(file, options.name)
  if (format === 'parquet') return loadParquet(connection, file, options)
  const encoding = await detectEncoding(file, options.encoding)
  const clean = path.join(options.scratch, `${randomUUID()}.csv`)
  try {
    return await loadText(connection, { file, format, encoding, clean }, options)
  } finally {
    await rm(clean, { force: true })
    await rm(`${clean}.parquet`, { force: true })
  }
}

type TextFile = { file: string; format: FileFormat; encoding: Encoding; clean: string }
type Cleaned = {
  names: string[]
  kept: number
  longest: number
  delimiter: string | null
  header: boolean | null
  preamble: number
  notes: string[]
  allowed?: (name: string) => readonly ColumnType[]
}

async function loadText(connection: DuckDBConnection, source: TextFile, options: LoadOptions): Promise<LoadedTable> {
  const tally = openTally()
  const cleaned = source.format === 'csv' ? await textToCsv(source, options, tally) : await jsonToCsv(source, options, tally)
  if (cleaned.names.length === 0 || (cleaned.kept === 0 && tally.refused > cleaned.preamble)) throw nothingKept(tally, options.name)
  options.signal.throwIfAborted()
  options.progress?.(70, 100, 'Finding the types')
  const from = await textRelation(
    connection,
    csvRelation(source.clean, cleaned, source.format === 'csv'),
    cleaned,
    `${source.clean}.parquet`,
  )
  const { columns, select, notes } = await inferTypes(connection, from, cleaned.names, {
    decimalComma: cleaned.delimiter !== null && cleaned.delimiter !== ',',
    ...(cleaned.allowed && { allowed: cleaned.allowed }),
  })
  options.progress?.(85, 100, 'Writing the table')
  const table = await writeParquet(connection, {
    select: `SELECT ${select.join(', ')} FROM ${from}`,
    columns,
    scratch: options.scratch,
    keeper: options.keeper,
  })
  if (table.rows !== cleaned.kept) throw new Error(`${cleaned.kept} rows were kept of ${options.name} but ${table.rows} were written`)
  options.progress?.(100, 100, 'Loaded')
  return {
    table,
    report: {
      report: 'load',
      format: formatNames[source.format],
      encoding: source.encoding.name,
      delimiter: cleaned.delimiter,
      header: cleaned.header,
      read: tally.kept + tally.refused,
      kept: tally.kept,
      refused: tally.refused,
      columns: columns.length,
      examples: tally.examples,
      notes: [...cleaned.notes, ...tally.notes(), ...notes],
    },
  }
}

const formatNames: Record<FileFormat, string> = { csv: 'CSV', 'json-lines': 'JSON lines', 'json-array': 'JSON list', parquet: 'Parquet' }

async function textToCsv(source: TextFile, options: LoadOptions, tally: RowTally): Promise<Cleaned> {
  const total = (await stat(source.file)).size
  const { bytes, whole } = await sampleOf(source)
  if (bytes.length === 0 || isBlank(bytes, whole))
    throw badFile(options.name, 'holds nothing but blank lines', 'Upload a file that holds rows')
  const vectors = options.delimiter === undefined ? detectVectors(bytes, whole) : null
  const dialect = vectors ? dialectOfVectors(vectors) : detectDialect(bytes, whole, options)
  if (dialect.columns.length > maxColumns) {
    throw badFile(
      options.name,
      `has ${dialect.columns.length} columns; at most ${maxColumns} fit`,
      'Check the delimiter, or take fewer columns',
    )
  }
  const chunks = utf8Chunks(source.file, source.encoding, (done) => {
    options.signal.throwIfAborted()
    options.progress?.((done / total) * 70, 100, 'Reading the file')
  })
  const { kept, longest } = await (vectors
    ? cleanVectors(chunks, source.clean, vectors, tally)
    : cleanCsv(chunks, source.clean, dialect, tally))
  const { columns: names, delimiter, header, preamble, notes } = dialect
  const common = { names, kept, longest, delimiter, header, preamble, notes }
  return vectors ? { ...common, allowed: (name) => [name === names[0] ? 'text' : 'number'] } : common
}

function dialectOfVectors(vectors: VectorsDialect): Dialect {
  return {
    delimiter: ' ',
    header: false,
    preamble: 0,
    columns: vectorColumns(vectors),
    notes: ['This is a file of word vectors: the column "word" and a number column per dimension.'],
  }
}

async function jsonToCsv(source: TextFile, options: LoadOptions, tally: RowTally): Promise<Cleaned> {
  const total = (await stat(source.file)).size
  const chunks = utf8Chunks(source.file, source.encoding, (done) => {
    options.signal.throwIfAborted()
    options.progress?.((done / total) * 70, 100, 'Reading the file')
  })
  const shape = source.format === 'json-lines' && (await isLines(source)) ? 'lines' : 'array'
  const { kept, longest, columns } = await cleanJson(chunks, source.clean, shape, tally)
  if (columns.length > maxColumns) throw tooWide(options.name, columns.length)
  const allowed = new Map(columns.map((column) => [column.name, column.allowed]))
  return {
    names: columns.map(({ name }) => name),
    kept,
    longest,
    delimiter: null,
    header: null,
    preamble: 0,
    notes: [],
    allowed: (name) => allowed.get(name) ?? [],
  }
}

async function sampleOf({ file, encoding }: TextFile): Promise<{ bytes: Buffer; whole: boolean }> {
  const parts: Buffer[] = []
  let size = 0
  for await (const chunk of utf8Chunks(file, encoding)) {
    parts.push(chunk)
    size += chunk.length
    if (size >= sampleBytes) return { bytes: Buffer.concat(parts).subarray(0, sampleBytes), whole: false }
  }
  return { bytes: Buffer.concat(parts), whole: true }
}

/** Whether the first line alone is a JSON text; objects laid out over several lines are read like a list. */
async function isLines(source: TextFile): Promise<boolean> {
  const { bytes, whole } = await sampleOf(source)
  const end = bytes.indexOf(10)
  if (end === -1) return whole
  const line = bytes.toString('utf8', 0, end).trim()
  return line.endsWith('}') || !/^\{\s*$|[,{[]\s*$/.test(line)
}

function isBlank(bytes: Buffer, whole: boolean): boolean {
  return whole && bytes.every((byte) => byte <= 32)
}

/** The columns as text. A wide file is parsed once, because its columns are looked at in many batches. */
async function textRelation(connection: DuckDBConnection, csv: string, { names }: Cleaned, raw: string): Promise<string> {
  if (names.length <= wideColumns) return csv
  await connection.run(`COPY (SELECT * FROM ${csv}) TO ${literal(raw)} (FORMAT parquet)`)
  return `read_parquet(${literal(raw)})`
}

/** Our strict CSV as a relation of text columns. */
function csvRelation(file: string, { names, longest, delimiter }: Cleaned, emptyIsMissing: boolean): string {
  const columns = names.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ')
  const lineSize = Math.max(2 << 20, longest * 2)
  const missing = emptyIsMissing ? "nullstr = ''" : `nullstr = ${literal(missingMark)}, allow_quoted_nulls = false, null_padding = true`
  return `read_csv(${literal(file)}, delim = ${literal(delimiter ?? ',')}, quote = '"', escape = '"', header = false, auto_detect = false, columns = {${columns}}, ${missing}, new_line = '\\n', max_line_size = ${lineSize}, buffer_size = ${Math.max(8 << 20, lineSize * 2)}, parallel = false)`
}

async function loadParquet(connection: DuckDBConnection, file: string, options: LoadOptions): Promise<LoadedTable> {
  const select = `SELECT * FROM read_parquet(${literal(file)})`
  try {
    const shape = shapeOf(await connection.prepare(select))
    if (shape.columns.length > maxColumns) throw tooWide(options.name, shape.columns.length)
    const table = await writeParquet(connection, {
      select: `SELECT ${shape.select} FROM (${select}) AS q(${shape.aliases})`,
      columns: shape.columns,
      scratch: options.scratch,
      keeper: options.keeper,
    })
    const report: LoadReport = {
      report: 'load',
      format: formatNames.parquet,
      encoding: 'binary',
      delimiter: null,
      header: null,
      read: table.rows,
      kept: table.rows,
      refused: 0,
      columns: table.columns.length,
      examples: [],
      notes: [],
    }
    return { table, report }
  } catch (error) {
    if (options.signal.aborted || !/parquet|thrift|corrupt|footer|invalid|snappy|zstd/i.test(String(error))) throw error
    throw badFile(options.name, `is a Parquet file that cannot be read: ${firstLine(error)}`, 'Write it again, or upload CSV', error)
  }
}

const tooWide = (name: string, columns: number) =>
  badFile(name, `has ${columns} columns; at most ${maxColumns} fit`, 'Check the delimiter, or put values of one kind under each other')

function nothingKept(tally: RowTally, name: string): AppError {
  const [first] = tally.examples
  const why = first ? ` Row ${first.row}${first.column ? `, ${first.column}` : ''}: ${first.reason}` : ''
  return new AppError('bad_file', {
    detail: `The file ${name} has no row that could be read.${why} Check the delimiter and the encoding, or mend the file.`,
    hint: first ? { row: first.row } : {},
  })
}
