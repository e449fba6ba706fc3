import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { type DuckDBConnection, type DuckDBValue, StatementType } from '@duckdb/node-api'
import { AppError } from '#core/errors/app-error'
import { literal } from '#core/sql/quote'
import type { NewTable } from '#stages/define'
import { shapeOf } from './column-types'
import { explainDuckdb, firstLine } from './explain-duckdb'
import { type DuckdbOptions, openDuckdb } from './open-duckdb'
import { createViews, type View } from './views'
import { keepParquet, parquetOptions, type TableKeeper } from './write-parquet'

/**
 * SQL that a person typed. Two walls, each enough alone: the text must be one SELECT, and the DuckDB that runs it may open
 * nothing but the input files and the one file it writes, with its configuration locked. A database of its own per query,
 * so that nothing of one query is left for the next.
 */
export async function querySandboxed(
  options: DuckdbOptions & { sql: string; views: readonly View[]; params: DuckDBValue[]; keeper: TableKeeper },
): Promise<NewTable> {
  const { views, params, scratch, signal, keeper } = options
  const duckdb = await openDuckdb(options)
  const file = path.join(scratch, `${randomUUID()}.parquet`)
  try {
    return await duckdb.use(async (connection) => {
      await createViews(connection, views)
      await lock(connection, [...views.map((view) => view.file), file])
      const sql = await oneSelect(connection, options.sql, signal)
      const { rows, columns } = await copyTo(connection, sql, params, file).catch((error: unknown) => {
        throw explainSql(error, signal)
      })
      return keepParquet(connection, { file, rows, columns, keeper })
    })
  } finally {
    duckdb.close()
  }
}

async function copyTo(connection: DuckDBConnection, sql: string, params: DuckDBValue[], file: string) {
  const statement = await connection.prepare(sql)
  const { columns, select, aliases } = shapeOf(statement)
  const copied = await connection.run(
    `COPY (SELECT ${select} FROM (${sql}\n) AS q(${aliases})) TO ${literal(file)} (${parquetOptions})`,
    params,
  )
  return { rows: copied.rowsChanged, columns }
}

/** Locking comes last: after it, nothing can be set, not even by us. */
async function lock(connection: DuckDBConnection, files: readonly string[]): Promise<void> {
  await connection.run(`SET allowed_paths = [${files.map(literal).join(', ')}]`)
  await connection.run('SET enable_external_access = false')
  await connection.run('SET lock_configuration = true')
}

/** The text without the semicolon at its end, when it is exactly one SELECT; else a sentence. */
async function oneSelect(connection: DuckDBConnection, text: string, signal: AbortSignal): Promise<string> {
  const sql = text.replace(/[\s;]+$/, '')
  if (sql === '') throw badSql('The SQL is empty. Write one SELECT, for example SELECT * FROM a.')
  try {
    const statements = await connection.extractStatements(sql)
    if (statements.count !== 1) throw badSql(`The SQL holds ${statements.count} statements. Write exactly one SELECT.`)
    const first = await statements.prepare(0)
    if (
      first.statementType !== StatementType.SELECT ||
      !/^\s*(--[^\n]*\n\s*|\/\*.*?\*\/\s*)*\(*\s*(select|with|from|values)\b/is.test(sql)
    ) {
      throw badSql('Only SELECT and WITH … SELECT are allowed here: the SQL reads the inputs and makes one table.')
    }
  } catch (error) {
    throw explainSql(error, signal)
  }
  return sql
}

function explainSql(error: unknown, signal: AbortSignal): unknown {
  const explained = explainDuckdb(error, signal)
  if (explained instanceof AppError) return explained
  if (
    /permission error|file system operations are disabled|disabled by configuration|lock_configuration|cannot change configuration/i.test(
      String(error),
    )
  ) {
    return badSql('The SQL may only read its inputs: no files, no other databases, no extensions, no settings.', error)
  }
  return badSql(`The SQL does not work: ${firstLine(error)}.`, error)
}

const badSql = (detail: string, cause?: unknown) => new AppError('bad_params', { detail, hint: { param: 'sql' }, cause })
