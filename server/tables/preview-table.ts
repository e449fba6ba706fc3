import { DuckDBInstance } from '@duckdb/node-api'
import { AppError } from '#core/errors/app-error'
import { type Column, type ColumnStats, columnStatsSchema } from '#core/ports/columns'
import type { TablePreview } from '#core/ports/table-preview'
import { identifier, literal } from '#core/sql/quote'
import type { ArtifactStore } from '#server/artifacts/store'
import { plainValue } from './plain-values'
import { describeParquet } from './read-columns'

/** Longer texts are cut, and end in an ellipsis. */
const cellLength = 300
/** Wider tables are cut: no screen shows more, and the answer stays small. */
const maxColumns = 300
const maxRows = 1000

/** One database for all previews of a process: it only reads, a few rows at a time. */
let shared: Promise<DuckDBInstance> | undefined

async function openShared(): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '512MB', autoinstall_known_extensions: 'false' })
  const connection = await instance.connect()
  // An artifact never changes, so neither does its footer; a preview reads it three times.
  await connection.run('SET parquet_metadata_cache = true')
  connection.closeSync()
  return instance
}

/** All columns of a table, from its footer. */
export async function tableColumns(artifacts: Pick<ArtifactStore, 'path'>, hash: string): Promise<Column[]> {
  const file = await artifacts.path(hash)
  shared ??= openShared()
  const connection = await (await shared).connect()
  try {
    return (await describeParquet(connection, file)).columns
  } finally {
    connection.closeSync()
  }
}

/** Some rows of a table as plain values, whatever its size. Never loads more than the rows asked for. */
export async function previewTable(
  artifacts: Pick<ArtifactStore, 'path'>,
  hash: string,
  { offset = 0, limit = 100 }: { offset?: number; limit?: number } = {},
): Promise<TablePreview> {
  const file = await artifacts.path(hash)
  shared ??= openShared()
  const connection = await (await shared).connect()
  try {
    const { columns, rows } = await describeParquet(connection, file)
    const shown = columns.slice(0, maxColumns)
    const select = shown.map(({ name, type }) => (type === 'text' ? `left(${identifier(name)}, ${cellLength + 1})` : identifier(name)))
    const reader = await connection.runAndReadAll(
      `SELECT ${select.join(', ')} FROM read_parquet(${literal(file)}) LIMIT ${Math.min(limit, maxRows)} OFFSET ${Math.max(0, offset)}`,
    )
    const cells = reader.getRows().map((row) => row.map((value) => cut(plainValue(value))))
    return { columns: shown, columnCount: columns.length, rowCount: rows, offset, rows: cells }
  } finally {
    connection.closeSync()
  }
}

/** The statistics that were computed when the table was written. */
export async function readStats(artifacts: Pick<ArtifactStore, 'read'>, hash: string): Promise<ColumnStats[]> {
  const text = new TextDecoder().decode(await artifacts.read(hash))
  const parsed = columnStatsSchema.array().safeParse(JSON.parse(text))
  if (!parsed.success)
    throw new AppError('not_found', { detail: 'The statistics of this table are of an older form. Run the stage again.' })
  return parsed.data
}

function cut(value: ReturnType<typeof plainValue>): string | number | boolean | null {
  if (Array.isArray(value)) return JSON.stringify(value)
  return typeof value === 'string' && value.length > cellLength ? `${value.slice(0, cellLength)}…` : value
}
