import type { DuckDBConnection } from '@duckdb/node-api'
import { identifier, literal } from '#core/sql/quote'

export type View = { name: string; file: string }

/** Makes each input a temporary view of its own name. */
export async function createViews(connection: DuckDBConnection, views: readonly View[]): Promise<void> {
  for (const { name, file } of views) {
    await connection.run(`CREATE OR REPLACE TEMP VIEW ${identifier(name)} AS SELECT * FROM read_parquet(${literal(file)})`)
  }
}
