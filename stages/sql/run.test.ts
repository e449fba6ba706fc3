import { existsSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '#core/errors/app-error'
import type { TableValue } from '#core/ports/kinds'
import { openTables } from '#server/tables/open-tables'
import type { StageContext } from '../define'
import { smallPeople } from '../fixtures/small-people'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'

let ctx: TestStageContext
beforeEach(async () => {
  ctx = await testStageContext()
})
afterEach(() => ctx.dispose())

it('joins its inputs', async () => {
  const a = await smallPeople(ctx)
  const b = await ctx.table([
    { column: { name: 'city', type: 'text' }, values: ['Gent', 'Luik'] },
    { column: { name: 'region', type: 'text' }, values: ['north', 'south'] },
  ])
  const { table } = await run({
    params: { sql: 'SELECT a.id, b.region FROM a JOIN b USING (city) ORDER BY a.id, region;' },
    inputs: { a, b },
    ctx,
  })
  expect(await ctx.cells(table)).toEqual([
    [1, 'north'],
    [3, 'north'],
    [3, 'north'],
    [5, 'south'],
    [6, 'north'],
  ])
})

it('keeps what of the plan still has its columns', async () => {
  const a = await smallPeople(ctx)
  a.plan.prepare.push({ kind: 'fill', values: { amount: 0, city: 'none' } })
  const { table } = await run({ params: { sql: 'SELECT id, city FROM a' }, inputs: { a }, ctx })
  expect(table.plan).toEqual({
    prepare: [{ kind: 'fill', values: { city: 'none' } }],
    features: [{ kind: 'category', columns: ['city'], minRows: 1, maxValues: 10, encoding: 'one-hot' }],
  })
})

it('says what an input that is not connected is', async () => {
  await expect(run({ params: { sql: 'SELECT * FROM b' }, inputs: { a: await smallPeople(ctx) }, ctx })).rejects.toMatchObject({
    code: 'bad_params',
    message: expect.stringMatching(/^The SQL does not work: Table with name b does not exist/),
  })
})

describe('the sandbox', () => {
  // One table for all attacks: none of them may change it.
  let shared: TestStageContext
  let people: TableValue
  beforeAll(async () => {
    shared = await testStageContext()
    people = await smallPeople(shared)
  })
  afterAll(() => shared.dispose())

  const attempt = async (text: string, own: StageContext = shared) => {
    const outcome = await run({ params: { sql: text }, inputs: { a: people }, ctx: own }).catch((error: unknown) => error)
    if (outcome instanceof AppError) return { code: outcome.code, param: outcome.hint.param, message: outcome.message }
    return outcome
  }

  it.each([
    "SELECT * FROM read_csv('/etc/passwd', delim = ':')",
    "SELECT content FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM parquet_metadata('/etc/passwd')",
    "SELECT * FROM query_table('/etc/passwd')",
    "SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')",
    "SELECT (SELECT max(content) FROM read_text('/etc/pass' || 'wd')) FROM a",
    "WITH f AS (SELECT * FROM '/etc/passwd') SELECT * FROM f, a",
    "SELECT * FROM read_csv('../artifacts/*')",
    "SELECT * FROM read_parquet('https://example.org/x.parquet')",
    "SELECT * FROM read_csv('s3://bucket/x.csv')",
    "SELECT * FROM postgres_scan('host=127.0.0.1', 'public', 'users')",
    "SELECT * FROM sqlite_scan('/tmp/x.db', 't')",
    "COPY a TO '/tmp/stageline-stolen.csv'",
    "COPY (SELECT * FROM a) TO '/tmp/stageline-stolen.csv'",
    "EXPORT DATABASE '/tmp/stageline-stolen'",
    "IMPORT DATABASE '/tmp/stageline-stolen'",
    "ATTACH '/tmp/stageline-stolen.db' AS x",
    "ATTACH 'host=127.0.0.1' AS pg (TYPE postgres)",
    'INSTALL httpfs',
    "LOAD '/tmp/x.duckdb_extension'",
    'CREATE SECRET s (TYPE s3)',
    'SELECT * FROM duckdb_secrets()',
    'SET enable_external_access = true',
    'RESET lock_configuration',
    "SET VARIABLE x = 'y'",
    "PRAGMA temp_directory = '/tmp'",
    'PREPARE p AS SELECT 1',
    'VACUUM',
    'CHECKPOINT',
    'DROP VIEW a',
    'INSERT INTO a VALUES (1)',
    'SELECT 1; SELECT 2',
    "SELECT * FROM a; COPY a TO '/tmp/stageline-stolen.csv'",
    "SELECT 1) TO '/tmp/stageline-stolen.csv' (FORMAT csv); --",
    "SELECT 1 /* ; */; ATTACH ':memory:' AS y",
    'SELECT $1',
    'SELECT * FROM a WHERE id = ?',
  ])('refuses %s in a sentence that names the param', async (text) => {
    expect(await attempt(text)).toMatchObject({
      code: 'bad_params',
      param: 'sql',
      message: expect.stringMatching(/^(The SQL|Only SELECT).*\.$/s),
    })
    expect(existsSync('/tmp/stageline-stolen.csv') || existsSync('/tmp/stageline-stolen')).toBe(false)
  })

  it('sees no database but its own', async () => {
    const sql = 'SELECT count(*) AS n FROM duckdb_databases() WHERE path IS NOT NULL'
    expect(await shared.cells((await run({ params: { sql }, inputs: { a: people }, ctx: shared })).table)).toEqual([[0]])
  })

  it('ends an endless query when the run is cancelled', async () => {
    const control = new AbortController()
    const own = await testStageContext({ signal: control.signal })
    const a = await smallPeople(own)
    const endless = 'WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT (i * 7) % 1000003 FROM r) SELECT count(*) AS n FROM r'
    const outcome = run({ params: { sql: endless }, inputs: { a }, ctx: own }).catch((error: unknown) => error)
    setTimeout(() => control.abort(), 300)
    expect(await outcome).toMatchObject({ code: 'cancelled' })
    await own.dispose()
  })

  it('says that a query needs too much memory', async () => {
    const { artifacts, scratch, signal } = shared
    const own = { ...shared, tables: openTables({ artifacts, scratch, signal, memoryMb: 64 }) }
    const outcome = await attempt("SELECT list(repeat('x', 1000) || i::VARCHAR) AS all_of_it FROM range(1000000) r(i)", own)
    expect(outcome).toMatchObject({ code: 'out_of_memory', message: expect.stringContaining('Sample stage') })
    own.tables.close()
  })
})
