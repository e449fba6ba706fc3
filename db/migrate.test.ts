import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '#server/testing/test-database'
import { isMigrated, migrateDatabase } from './migrate'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

test('a migrated database has our tables and the engine’s', async () => {
  const { rows } = await database.pool.query<{ ours: string; engine: string }>(
    "select to_regclass('public.stage_runs')::text as ours, to_regclass('dbos.workflow_status')::text as engine",
  )
  expect(rows[0]).toEqual({ ours: 'stage_runs', engine: 'dbos.workflow_status' })
  expect(await isMigrated(database.pool)).toBe(true)
})

test('four processes may migrate an empty database at once', async () => {
  await database.pool.query('drop schema public cascade; create schema public; drop schema drizzle cascade; drop schema dbos cascade')
  expect(await isMigrated(database.pool)).toBe(false)
  await Promise.all(Array.from({ length: 4 }, () => migrateDatabase(database.url)))
  expect(await isMigrated(database.pool)).toBe(true)
})
