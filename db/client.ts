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
  // Between two statements of a transaction a lost connection belongs to no query, and an unheard error event would end the
  // process. The next statement fails with it anyway.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return { db: drizzle(pool), pool, close: () => pool.end() }
}

/** A transaction with its connection, for what only the connection can do: COPY. Nothing stays when `work` throws. */
export async function inTransaction<T>(pool: pg.Pool, work: (tx: Db, client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await work(drizzle(client), client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((cause) => {
      broken = cause instanceof Error ? cause : new Error('the transaction cannot be rolled back')
    })
    throw error
  } finally {
    // A connection that cannot even roll back is closed, and with it its transaction.
    client.release(broken)
  }
}
