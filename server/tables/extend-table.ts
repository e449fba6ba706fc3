import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Column } from '#core/ports/columns'
import { identifier, literal } from '#core/sql/quote'
import type { AnswerChunk, ExtendShape, NewTable } from '#stages/define'
import { appendColumns } from './append-columns'
import type { Duckdb } from './open-duckdb'
import { describeParquet, findColumn } from './read-columns'
import { streamChunks } from './stream-chunks'
import { parquetOptions, type TableKeeper, writeParquet } from './write-parquet'

/** Where the added columns of finished parts are kept until all are there. */
export type PartKeeper = {
  /** The file of part `number`, when it was finished before. */
  find(number: number): Promise<string | null>
  /** Takes over the finished file of a part; from now on it is found. */
  keep(number: number, file: string): Promise<string>
}

export type ExtendOptions = ExtendShape & {
  file: string
  scratch: string
  keeper: TableKeeper
  /** Default: parts live in the scratch folder, and no longer than the call. */
  parts?: PartKeeper | undefined
  /** Rows a part, at most; default 250,000. */
  partRows?: number | undefined
}

/** Rows a part, and values: the added columns of a part are in memory until it is written. */
const mostPartRows = 250_000
const mostPartValues = 4_000_000

/** How a table of so many rows is cut: rows `part * size` to `(part + 1) * size`. A table without rows has one part. */
export function partsOf(rows: number, adds: number, most = mostPartRows): { size: number; count: number } {
  const size = Math.max(1, Math.min(most, Math.floor(mostPartValues / Math.max(1, adds))))
  return { size, count: Math.max(1, Math.ceil(rows / size)) }
}

/**
 * Adds columns to a Parquet file of any size. Part by part, the columns that `answer` reads are streamed and what it gives is
 * written as a file; then old and new columns are joined by position, out of core. The bytes of the result do not hang on
 * which parts were there before.
 */
export async function extendTable(
  duckdb: Duckdb,
  { file, reads, adds, keep, scratch, keeper, parts = scratchParts, partRows }: ExtendOptions,
  answer: AnswerChunk,
): Promise<NewTable> {
  const { columns, rows } = await duckdb.use((connection) => describeParquet(connection, file))
  const read = [...new Set(reads)].map((name) => findColumn(columns, name))
  const kept = keep === undefined ? columns : keep.map((name) => findColumn(columns, name))
  const { size, count } = partsOf(rows, adds.length, partRows)
  const files: string[] = []
  for (let part = 0; part < count; part += 1) {
    const found = await parts.find(part)
    if (found !== null) {
      files.push(found)
      continue
    }
    const range = { columns: read, from: part * size, to: Math.min(rows, (part + 1) * size) }
    const values = await duckdb.use((connection) => answerPart(connection, file, { ...range, adds }, answer))
    const draft = path.join(scratch, `${randomUUID()}.parquet`)
    await duckdb.use((connection) => writePart(connection, adds, values, draft))
    files.push(await parts.keep(part, draft))
  }
  const table = await duckdb.use((connection) => joinParts(connection, { file, files, kept, adds, scratch, keeper }))
  if (parts === scratchParts) for (const part of files) await rm(part, { force: true })
  return table
}

type Values = (string | number | boolean | null)[]

async function answerPart(
  connection: DuckDBConnection,
  file: string,
  { adds, ...range }: { columns: readonly Column[]; from: number; to: number; adds: readonly Column[] },
  answer: AnswerChunk,
): Promise<Values[]> {
  const values = adds.map((): Values => new Array(range.to - range.from).fill(null))
  for await (const chunk of streamChunks(connection, file, range)) {
    const given = await answer(chunk)
    for (const [index, column] of values.entries()) {
      const own = given[index]
      if (own?.length !== chunk.rows) throw new Error(`${own?.length} values were given for ${chunk.rows} rows of ${adds[index]?.name}`)
      for (let row = 0; row < chunk.rows; row += 1) column[chunk.from - range.from + row] = own[row] ?? null
    }
  }
  return values
}

async function writePart(connection: DuckDBConnection, adds: readonly Column[], values: readonly Values[], draft: string): Promise<void> {
  const name = `part_${randomUUID()}`
  await appendColumns(
    connection,
    name,
    adds.map((column, index) => ({ column, values: values[index] ?? [] })),
  )
  await connection.run(`COPY ${identifier(name)} TO ${literal(draft)} (${parquetOptions})`)
  await connection.run(`DROP TABLE ${identifier(name)}`)
}

type Joined = {
  file: string
  files: readonly string[]
  kept: readonly Column[]
  adds: readonly Column[]
  scratch: string
  keeper: TableKeeper
}

function joinParts(connection: DuckDBConnection, { file, files, kept, adds, scratch, keeper }: Joined): Promise<NewTable> {
  // SQL knows names without case: two that differ in nothing else would be one column twice.
  const fresh = new Map(adds.map((column) => [column.name.toLowerCase(), column]))
  const old = new Set(kept.map(({ name }) => name.toLowerCase()))
  const isFresh = ({ name }: Column) => fresh.has(name.toLowerCase())
  const stored = [
    ...kept.map((column) => fresh.get(column.name.toLowerCase()) ?? column),
    ...adds.filter(({ name }) => !old.has(name.toLowerCase())),
  ]
  const select = stored.map((column) => `${isFresh(column) ? 'n' : 'o'}.${identifier(column.name)}`)
  const beside = stored.every(isFresh) ? '' : `read_parquet(${literal(file)}) o POSITIONAL JOIN `
  return writeParquet(connection, {
    select: `SELECT ${select.join(', ')} FROM ${beside}read_parquet([${files.map(literal).join(', ')}]) n`,
    columns: stored,
    scratch,
    keeper,
  })
}

/** Parts of one call: they stay where they were written, and go with the scratch folder. */
const scratchParts: PartKeeper = { find: async () => null, keep: async (_number, file) => file }
