import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { explainDuckdb } from './explain-duckdb'

export type Duckdb = {
  /** Runs `work` on a connection of its own; an abort interrupts what it is doing and is thrown as `cancelled`. */
  use<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>
  close(): void
}

export type DuckdbOptions = { scratch: string; signal: AbortSignal; memoryMb: number }

/**
 * An in-memory DuckDB that spills to the scratch folder. One thread on purpose: with more, groups come in another order,
 * sums round differently and Parquet files get other bytes, and then the same run would not give the same artifacts.
 */
export async function openDuckdb({ scratch, signal, memoryMb }: DuckdbOptions): Promise<Duckdb> {
  const spill = path.join(scratch, 'spill')
  await mkdir(spill, { recursive: true })
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: `${memoryMb}MB`,
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  })
  return {
    async use(work) {
      signal.throwIfAborted()
      const connection = await instance.connect()
      const interrupt = () => connection.interrupt()
      signal.addEventListener('abort', interrupt, { once: true })
      try {
        await connection.run("SET TimeZone = 'UTC'; SET parquet_metadata_cache = true; SELECT setseed(0.42)")
        return await work(connection)
      } catch (error) {
        throw explainDuckdb(error, signal)
      } finally {
        signal.removeEventListener('abort', interrupt)
        connection.closeSync()
      }
    },
    close: () => instance.closeSync(),
  }
}
