import { drizzle, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres'
import type { PgDatabase } from 'drizzle-orm/pg-core'
import pg from 'pg'

/** A database or a transaction: every query takes one first. */
export type Db = PgDatabase<NodePgQueryResultHKT>

export type Database = { db: Db; pool: pg.Pool; close(): Promise<void> }

/** Opens a pool. An idle connection that the server drops is only logged by the caller's `onError`; the pool opens another. */
export function openDatabase(url: string, { max = 10, onError }: { max?: number; onError?: (error: Error) => void } = {}): Database {
  const pool = new pg.Pool({ connectionString: url, max, connectionTimeoutMillis: 5_000 })
  pool.on('error', (error) => onError?.(error))
  return { db: drizzle(pool), pool, close: () => pool.end() }
}
