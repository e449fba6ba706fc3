import { randomUUID } from 'node:crypto'
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import { identifier, literal } from '#core/sql/quote'
import { loadTable } from '#server/data/load-table'
import type { AnswerChunk, ExtendShape, NewTable, StageContext } from '#stages/define'
import { appendColumns } from './append-columns'
import { shapeOf } from './column-types'
import { extendTable, type PartKeeper } from './extend-table'
import { type Duckdb, openDuckdb } from './open-duckdb'
import { plainRows } from './plain-values'
import { describeParquet, readColumns } from './read-columns'
import { querySandboxed } from './sandbox'
import { createViews } from './views'
import { writeParquet } from './write-parquet'

export type Tables = Omit<StageContext['tables'], 'extend'> & {
  /** As of a stage; with `parts`, what is finished before the end is kept outside, and found again. */
  extend(table: string, shape: ExtendShape & { parts?: PartKeeper; partRows?: number | undefined }, answer: AnswerChunk): Promise<NewTable>
  close(): void
}

export type TablesOptions = {
  artifacts: StageContext['artifacts']
  /** A folder of the caller's that is removed after use; tables are written and spilled there. */
  scratch: string
  signal: AbortSignal
  /** Memory of DuckDB, not counting what `read` loads. Default 1024. */
  memoryMb?: number
}

/** The tables of one stage run: Parquet artifacts, queried by DuckDB. Opened lazily; `close` frees the memory. */
export function openTables({ artifacts, scratch, signal, memoryMb = 1024 }: TablesOptions): Tables {
  let opened: Promise<Duckdb> | undefined
  const duckdb = (): Promise<Duckdb> => {
    opened ??= openDuckdb({ scratch, signal, memoryMb })
    return opened
  }
  const use = async <T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> => (await duckdb()).use(work)
  const pathsOf = async (inputs: Record<string, string>) =>
    Promise.all(Object.entries(inputs).map(async ([name, hash]) => ({ name, file: await artifacts.path(hash) })))

  return {
    async query(sql, inputs, { sandbox = false, params = [] } = {}) {
      const views = await pathsOf(inputs)
      if (sandbox) return querySandboxed({ sql, views, params: bindable(params), scratch, signal, memoryMb, keeper: artifacts })
      return use(async (connection) => {
        await createViews(connection, views)
        const statement = await connection.prepare(sql)
        const { columns, select, aliases } = shapeOf(statement)
        return writeParquet(connection, {
          select: `SELECT ${select} FROM (${sql}\n) AS q(${aliases})`,
          columns,
          params: bindable(params),
          scratch,
          keeper: artifacts,
        })
      })
    },
    async rows<T extends Record<string, unknown>>(sql: string, inputs: Record<string, string>, params: readonly unknown[] = []) {
      const views = await pathsOf(inputs)
      return use(async (connection) => {
        await createViews(connection, views)
        const reader = await connection.runAndReadAll(sql, bindable(params))
        // The caller knows the columns of its own SQL; DuckDB cannot tell TypeScript.
        return plainRows(reader) as T[]
      })
    },
    async read(table, columns) {
      const file = await artifacts.path(table)
      return use((connection) => readColumns(connection, file, columns))
    },
    async write(columns) {
      return use(async (connection) => {
        const name = `new_${randomUUID()}`
        await appendColumns(connection, name, columns)
        const stored = columns.map(({ column }) => column)
        return writeParquet(connection, { select: `SELECT * FROM ${identifier(name)}`, columns: stored, scratch, keeper: artifacts })
      })
    },
    async replace(table, columns) {
      const file = await artifacts.path(table)
      return use(async (connection) => {
        const old = await describeParquet(connection, file)
        const name = `new_${randomUUID()}`
        const rows = await appendColumns(connection, name, columns)
        if (rows !== old.rows) throw new Error(`${rows} values cannot replace columns of a table with ${old.rows} rows`)
        const fresh = new Map(columns.map(({ column }) => [column.name, column]))
        const kept = old.columns.map((column) => fresh.get(column.name) ?? column)
        const added = columns.map(({ column }) => column).filter((column) => !old.columns.some(({ name }) => name === column.name))
        const stored = [...kept, ...added]
        const select = stored.map((column) => `${fresh.has(column.name) ? 'n' : 'o'}.${identifier(column.name)}`)
        return writeParquet(connection, {
          select: `SELECT ${select.join(', ')} FROM read_parquet(${literal(file)}) o POSITIONAL JOIN ${identifier(name)} n`,
          columns: stored,
          scratch,
          keeper: artifacts,
        })
      })
    },
    async extend(table, shape, answer) {
      return extendTable(await duckdb(), { ...shape, file: await artifacts.path(table), scratch, keeper: artifacts }, answer)
    },
    async load(file, { name, progress }) {
      return use((connection) => loadTable(connection, file, { name, scratch, keeper: artifacts, signal, ...(progress && { progress }) }))
    },
    close() {
      opened?.then((duckdb) => duckdb.close()).catch(() => {})
    },
  }
}

/** Params as DuckDB takes them. */
function bindable(params: readonly unknown[]): DuckDBValue[] {
  return params.map((value) => {
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
    throw new Error(`an SQL param may be text, a number, a boolean or null, not ${typeof value}`)
  })
}
