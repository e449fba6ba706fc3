import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '#core/errors/app-error'
import { openArtifactStore } from '#server/artifacts/store'
import { openTables, type Tables } from './open-tables'
import { previewTable, readStats } from './preview-table'

let dir: string
let tables: Tables
const abort = new AbortController()
const artifacts = () => openArtifactStore(path.join(dir, 'artifacts'))

beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'tables-'))
  tables = openTables({ artifacts: artifacts(), scratch: path.join(dir, 'scratch'), signal: abort.signal })
})
afterAll(async () => {
  tables.close()
  await rm(dir, { recursive: true, force: true })
})

const people = () =>
  tables.write([
    { column: { name: 'name', type: 'text' }, values: ['Ada', 'Bob', null, 'Zoë 🚀', 'nul\u0000l'] },
    { column: { name: 'age', type: 'integer' }, values: [36, null, 7, 2 ** 53 - 1, -1] },
    { column: { name: 'score', type: 'number' }, values: [0.5, Number.NaN, 1e300, -0.25, null] },
    { column: { name: 'active', type: 'boolean' }, values: [true, false, null, true, true] },
    { column: { name: 'seen at', type: 'timestamp' }, values: [0, '2024-02-29T12:00:00Z', null, 1.5, 86_400_000] },
  ])

describe('write and read', () => {
  it('gives back what was written, in order, missing as missing', async () => {
    const table = await people()
    expect(table.rows).toBe(5)
    const back = await tables.read(table.artifact, ['score', 'name', 'age', 'active', 'seen at'])
    expect(back.name).toMatchObject({ type: 'text', values: ['Ada', 'Bob', '', 'Zoë 🚀', 'nul\u0000l'] })
    expect([...(back.name?.type === 'text' ? back.name.missing : [])]).toEqual([0, 0, 1, 0, 0])
    expect([...(back.age?.values ?? [])]).toEqual([36, Number.NaN, 7, 2 ** 53 - 1, -1])
    expect([...(back.score?.values ?? [])]).toEqual([0.5, Number.NaN, 1e300, -0.25, Number.NaN])
    expect(back.active?.values).toEqual(['true', 'false', '', 'true', 'true'])
    expect([...(back['seen at']?.values ?? [])]).toEqual([0, Date.UTC(2024, 1, 29, 12), Number.NaN, 1, 86_400_000])
  })

  it('writes the same bytes for the same rows', async () => {
    const [first, second] = [await people(), await people()]
    expect(second).toEqual(first)
  })

  it('names a column that is not there, and those that are', async () => {
    const { artifact } = await people()
    await expect(tables.read(artifact, ['nope'])).rejects.toThrow('The table has no column "nope". It has: name, age, score')
  })

  it('refuses columns of different lengths and values of a wrong kind', async () => {
    const a = { column: { name: 'a', type: 'integer' as const }, values: [1, 2] }
    await expect(tables.write([a, { ...a, values: [1] }])).rejects.toThrow(/values/)
    await expect(tables.write([{ ...a, values: [1.5, 2] }])).rejects.toThrow('integer column a')
  })

  it('keeps tables without rows', async () => {
    const empty = await tables.query('SELECT * FROM t WHERE false', { t: (await people()).artifact })
    expect(empty).toMatchObject({ rows: 0, columns: (await people()).columns })
    expect(await readStats(artifacts(), empty.stats)).toHaveLength(5)
    expect((await tables.read(empty.artifact, ['age'])).age?.values.length).toBe(0)
  })
})

describe('query', () => {
  it('keeps row order, stored types and unique names', async () => {
    const { artifact } = await people()
    const table = await tables.query(
      "SELECT age, age AS AGE, sum(age) OVER () AS total, DATE '2020-01-02' AS day, 1.5::DECIMAL(4,2) AS d, [1, 2] AS list, 'inf'::DOUBLE AS x FROM t WHERE active = $1",
      { t: artifact },
      { params: [true] },
    )
    expect(table.columns).toEqual([
      { name: 'age', type: 'integer' },
      { name: 'AGE_2', type: 'integer' },
      { name: 'total', type: 'integer' },
      { name: 'day', type: 'timestamp' },
      { name: 'd', type: 'number' },
      { name: 'list', type: 'text' },
      { name: 'x', type: 'number' },
    ])
    const { rows } = await previewTable(artifacts(), table.artifact)
    expect(rows[0]).toEqual([36, 36, '9007199254741026', '2020-01-02T00:00:00.000Z', 1.5, '[1,2]', null])
    expect(rows.map((row) => row[0])).toEqual([36, 2 ** 53 - 1, -1])
  })

  it('orders when the SQL orders, and gives the same bytes each time', async () => {
    const { artifact } = await people()
    const sql = 'SELECT age % 3 AS k, count(*) AS n, avg(score) AS m FROM t, range(5000) GROUP BY k ORDER BY n DESC, k'
    const [first, second] = [await tables.query(sql, { t: artifact }), await tables.query(sql, { t: artifact })]
    expect(second.artifact).toBe(first.artifact)
  })

  it('answers small questions as plain rows', async () => {
    const { artifact } = await people()
    expect(await tables.rows('SELECT count(*) AS n, max("seen at") AS last FROM t', { t: artifact })).toEqual([
      { n: 5, last: '2024-02-29T12:00:00.000Z' },
    ])
  })

  it('replaces and adds columns, row by row', async () => {
    const { artifact } = await people()
    const table = await tables.replace(artifact, [
      { column: { name: 'age', type: 'text' }, values: ['a', 'b', 'c', 'd', 'e'] },
      { column: { name: 'new', type: 'number' }, values: [1, 2, 3, 4, 5] },
    ])
    expect(table.columns.map(({ name, type }) => `${name}:${type}`)).toEqual([
      'name:text',
      'age:text',
      'score:number',
      'active:boolean',
      'seen at:timestamp',
      'new:number',
    ])
    const { rows } = await previewTable(artifacts(), table.artifact, { offset: 3, limit: 1 })
    expect(rows).toEqual([['Zoë 🚀', 'd', -0.25, true, '1970-01-01T00:00:00.001Z', 4]])
  })
})

describe('statistics', () => {
  it('describe each column once', async () => {
    const stats = await readStats(artifacts(), (await people()).stats)
    expect(stats[0]).toMatchObject({ kind: 'text', name: 'name', rows: 5, missing: 1, distinct: 4, maxLength: 5 })
    expect(stats[2]).toMatchObject({ kind: 'numeric', missing: 2, distinct: 3, min: -0.25, max: 1e300 })
    expect(stats[3]).toMatchObject({
      kind: 'text',
      type: 'boolean',
      top: [
        { value: 'true', count: 3 },
        { value: 'false', count: 1 },
      ],
    })
    expect(stats[4]).toMatchObject({ kind: 'numeric', type: 'timestamp', min: 0, max: Date.UTC(2024, 1, 29, 12) })
  })

  it('count every value once in a histogram', async () => {
    const table = await tables.query('SELECT i % 7 AS a, i / 7.0 AS b, i AS c, 5 AS d FROM range(10000) r(i)', {})
    for (const column of await readStats(artifacts(), table.stats)) {
      if (column.kind !== 'numeric' || column.histogram === null) throw new Error('expected a histogram')
      expect(column.histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(10_000)
      expect(column.histogram.edges).toHaveLength(column.histogram.counts.length + 1)
    }
    const [a] = await readStats(artifacts(), table.stats)
    expect(a).toMatchObject({ quantiles: [0, 1, 3, 5, 6], histogram: { counts: [1429, 1429, 1429, 1429, 1428, 1428, 1428] } })
  })

  it('survive a column that is missing everywhere and a thousand columns', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => `NULL::DOUBLE AS c${index}`)
    const table = await tables.query(`SELECT ${many.join(', ')} FROM range(3)`, {})
    const stats = await readStats(artifacts(), table.stats)
    expect(stats).toHaveLength(1000)
    expect(stats[999]).toMatchObject({ missing: 3, distinct: 0, min: null, histogram: null })
  })
})

describe('sandbox', () => {
  const attack = async (sql: string) => {
    const { artifact } = await people()
    return tables.query(sql, { a: artifact }, { sandbox: true }).then(
      (table) => table.rows,
      (error: unknown) => (error instanceof AppError ? `${error.code}: ${error.message}` : error),
    )
  }

  it.each([
    ['SELECT name FROM a WHERE age > 0 -- note', 3],
    ['WITH b AS (SELECT * FROM a) SELECT * FROM b;', 5],
    ['/* why */ (SELECT 1)', 1],
    ['FROM a', 5],
  ])('runs %s', async (sql, rows) => expect(await attack(sql)).toBe(rows))

  it.each([
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM read_text('/etc/hostname')",
    "SELECT * FROM glob('/etc/*')",
    "COPY a TO '/tmp/stolen.csv'",
    "ATTACH '/tmp/other.db'",
    'INSTALL httpfs',
    'LOAD httpfs',
    "SET memory_limit = '100GB'",
    'SET lock_configuration = false',
    'PRAGMA enable_external_access',
    'SELECT 1; SELECT 2',
    'SELECT 1; DROP VIEW a',
    'CREATE TABLE x AS SELECT 1',
    "SELECT 1) TO '/tmp/stolen.csv'; SELECT (1",
    "SELECT * FROM read_parquet('https://example.org/x.parquet')",
    'EXPLAIN SELECT 1',
    'SHOW TABLES',
    'CALL pragma_version()',
    '',
    'SELECT nope FROM a',
    'SELEC 1',
  ])('refuses %s in a sentence', async (sql) => {
    expect(await attack(sql)).toMatch(/^bad_params: (The SQL|Only SELECT)/)
  })

  it('cannot see files beside its inputs', async () => {
    const other = await artifacts().write('secret,1')
    const file = await artifacts().path(other)
    await writeFile(path.join(dir, 'beside.csv'), 'secret,1')
    expect(await attack(`SELECT * FROM read_csv('${file}')`)).toMatch(/may only read its inputs/)
    expect(await attack(`SELECT * FROM read_csv('${path.join(dir, 'beside.csv')}')`)).toMatch(/may only read its inputs/)
  })

  it('stops endless SQL within a moment of the abort', async () => {
    const { artifact } = await people()
    const control = new AbortController()
    const own = openTables({ artifacts: artifacts(), scratch: path.join(dir, 'endless'), signal: control.signal })
    const endless = own.query('SELECT count(*) FROM range(10000000) x, range(10000000) y, a', { a: artifact }, { sandbox: true })
    setTimeout(() => control.abort(), 200)
    const started = performance.now()
    await expect(endless).rejects.toMatchObject({ code: 'cancelled' })
    expect(performance.now() - started).toBeLessThan(1500)
    own.close()
  })
})
