import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'
import { AppError } from '#core/errors/app-error'

const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url))

/** Any number will do as long as nobody else in the database uses it. */
const lockKey = 7_283_461_120

/**
 * Brings the tables of the house and those of the durable engine to this version. One process at a time: the others
 * wait for an advisory lock, then find nothing to do. Nothing is ever undone: a newer database keeps its newer tables.
 */
export async function migrateDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await lockMigrations(client)
    const version = migrationsHash()
    if ((await readVersion(client)) === version) return
    try {
      await migrate(drizzle(client), { migrationsFolder })
      await migrateEngine(url)
    } catch (cause) {
      throw cannotMigrate(cause)
    }
    await writeVersion(client, version)
  } finally {
    await client.end()
  }
}

function cannotMigrate(cause: unknown): AppError {
  const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause)
  return new AppError('unavailable', {
    detail: `The tables of the database cannot be brought to this version (${reason}). It may hold the tables of something else or of an unreleased version: use an empty database (DATABASE_URL) or another data folder (STAGELINE_HOME).`,
    cause,
  })
}

/**
 * Asks again and again instead of waiting inside `pg_advisory_lock`: a waiting statement holds a snapshot, the engine's
 * CREATE INDEX CONCURRENTLY waits for every older snapshot, and the two would wait for each other for ever.
 */
async function lockMigrations(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [lockKey])
    if (rows[0]?.got) return
    await sleep(50)
  }
}

/** The engine's own entry point announces itself on stdout, which belongs to `--json`; so its parts are called with a quiet logger. */
async function migrateEngine(url: string): Promise<void> {
  // Loaded only when there is something to do: the engine's code takes longer to load than a start should.
  const { ensureSystemDatabase } = await import('@dbos-inc/dbos-sdk/internal/system_database')
  const { GlobalLogger } = await import('@dbos-inc/dbos-sdk/internal/telemetry/logs')
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  try {
    await ensureSystemDatabase(url, new GlobalLogger(undefined, { logLevel: 'warn' }), pool)
  } finally {
    await pool.end()
  }
}

/** Changes when our migrations or the engine's version change; also names the template database of the tests. */
export function migrationsHash(): string {
  const hash = createHash('sha256')
  const files = readdirSync(migrationsFolder).filter((name) => name.endsWith('.sql'))
  for (const name of files.sort()) hash.update(name).update(readFileSync(path.join(migrationsFolder, name)))
  const engine = new URL('../node_modules/@dbos-inc/dbos-sdk/package.json', import.meta.url)
  return hash.update(readFileSync(engine)).digest('hex').slice(0, 16)
}

/** Whether the database is at this code's version; for the doctor. */
export async function isMigrated(client: pg.Client | pg.Pool): Promise<boolean> {
  return (await readVersion(client)) === migrationsHash()
}

async function readVersion(client: pg.Client | pg.Pool): Promise<string | null> {
  const { rows } = await client.query<{ found: string | null }>("select to_regclass('drizzle.stageline_version')::text as found")
  if (!rows[0]?.found) return null
  const version = await client.query<{ version: string }>('select version from drizzle.stageline_version')
  return version.rows[0]?.version ?? null
}

async function writeVersion(client: pg.Client, version: string): Promise<void> {
  await client.query(
    'create table if not exists drizzle.stageline_version (one boolean primary key default true check (one), version text not null)',
  )
  await client.query(
    'insert into drizzle.stageline_version (version) values ($1) on conflict (one) do update set version = excluded.version',
    [version],
  )
}
