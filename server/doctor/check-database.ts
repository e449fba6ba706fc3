import { sql } from 'drizzle-orm'
import { isMigrated } from '#db/migrate'
import type { House } from '#server/house'
import { type Finding, ok, problem, warning } from './finding'

/** Speed, version, tables, connections and clock of the database that is in use. */
export async function checkDatabase(house: House, how: string): Promise<Finding[]> {
  const startedAt = performance.now()
  const { rows } = await house.pool.query<{ version: string; used: number; most: number; bytes: string; now: Date }>(
    `select current_setting('server_version') as version, (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used,
      current_setting('max_connections')::int as most, pg_size_pretty(pg_database_size(current_database())) as bytes, now() as now`,
  )
  const ms = performance.now() - startedAt
  const row = rows[0]
  if (!row) return [problem('database', 'answers nothing', 'Restart it.')]
  const kind = how === 'external' ? 'Postgres of DATABASE_URL' : `embedded Postgres (${how})`
  const text = `${kind}, version ${row.version}, ${row.bytes}, answered in ${ms.toFixed(0)} ms, ${row.used} of ${row.most} connections`
  return [
    row.used > row.most * 0.85
      ? warning('database', text, 'Nearly all connections are in use: raise max_connections or run fewer processes.')
      : ok('database', text),
    checkClock(row.now),
    await checkTables(house),
  ]
}

function checkClock(databaseNow: Date): Finding {
  const apart = Math.abs(databaseNow.getTime() - Date.now()) / 1000
  if (apart < 5) return ok('clock', 'this machine and the database agree')
  return warning(
    'clock',
    `this machine and the database are ${apart.toFixed(0)} s apart`,
    'Set the clocks (ntp); sessions and alerts depend on them.',
  )
}

async function checkTables(house: House): Promise<Finding> {
  if (!(await isMigrated(house.pool))) {
    return problem(
      'tables',
      'the tables are not those of this version',
      'Run `npm start` (or any `npm run web|worker|gateway`) of this version: it migrates.',
    )
  }
  const [row] = (
    await house.db.execute<{ n: number }>(sql`select count(*)::int as n from information_schema.tables where table_schema = 'public'`)
  ).rows
  return ok('tables', `${row?.n ?? 0} tables, up to date`)
}
