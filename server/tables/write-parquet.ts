import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import type { Column } from '#core/ports/columns'
import { literal } from '#core/sql/quote'
import type { NewTable } from '#stages/define'
import { columnStats } from './column-stats'

/** Where a table is kept once it is written. */
export type TableKeeper = { adopt(file: string): Promise<string>; write(bytes: string): Promise<string> }

/** COPY options of every table; changing them changes the bytes, and with them the hash, of every table. */
export const parquetOptions = 'FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880'

/** Writes the rows of one SELECT as Parquet, computes the column statistics once, and stores both. */
export async function writeParquet(
  connection: DuckDBConnection,
  {
    select,
    columns,
    params,
    scratch,
    keeper,
  }: { select: string; columns: Column[]; params?: DuckDBValue[]; scratch: string; keeper: TableKeeper },
): Promise<NewTable> {
  const file = path.join(scratch, `${randomUUID()}.parquet`)
  const copied = await connection.run(`COPY (${select}) TO ${literal(file)} (${parquetOptions})`, params)
  return keepParquet(connection, { file, rows: copied.rowsChanged, columns, keeper })
}

/** Takes a finished Parquet file over into the store, with its statistics. */
export async function keepParquet(
  connection: DuckDBConnection,
  { file, rows, columns, keeper }: { file: string; rows: number; columns: Column[]; keeper: TableKeeper },
): Promise<NewTable> {
  const stats = await columnStats(connection, `read_parquet(${literal(file)})`, columns, rows)
  const { size } = await stat(file)
  return { artifact: await keeper.adopt(file), rows, bytes: size, columns, stats: await keeper.write(JSON.stringify(stats)) }
}
