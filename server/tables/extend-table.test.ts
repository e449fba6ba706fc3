import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openArtifactStore } from '#server/artifacts/store'
import type { AnswerChunk } from '#stages/define'
import { type PartKeeper, partsOf } from './extend-table'
import { openDuckdb } from './open-duckdb'
import { openTables, type Tables } from './open-tables'
import { streamChunks } from './stream-chunks'

let dir: string
let tables: Tables
beforeAll(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'extend-'))
  mkdirSync(path.join(dir, 'scratch'))
  const artifacts = openArtifactStore(path.join(dir, 'artifacts'))
  tables = openTables({ artifacts, scratch: path.join(dir, 'scratch'), signal: new AbortController().signal })
})
afterAll(() => {
  tables.close()
  rmSync(dir, { recursive: true, force: true })
})

const make = (rows: number) =>
  tables.query(
    `SELECT i AS id, 'row ' || i AS body, CASE WHEN i % 7 > 0 THEN i / 2.0 END AS amount FROM range(${rows}) r(i) ORDER BY i`,
    {},
  )
const shape = {
  reads: ['amount', 'body'],
  adds: [
    { name: 'twice', type: 'number' as const },
    { name: 'said', type: 'text' as const },
  ],
}
const answer: AnswerChunk = async ({ columns, rows }) => {
  const { amount, body } = columns
  if (amount?.type !== 'number' || body?.type !== 'text') throw new Error('other columns than were asked for')
  return [amount.values.map((value) => value * 2), body.values.slice(0, rows).map((text) => text.toUpperCase())]
}

/** Parts that stay, as in a folder of a job. */
function keptParts(): PartKeeper & { files: Map<number, string> } {
  const files = new Map<number, string>()
  return {
    files,
    find: async (number) => files.get(number) ?? null,
    async keep(number, file) {
      const kept = path.join(dir, `${crypto.randomUUID()}.parquet`)
      await rename(file, kept)
      files.set(number, kept)
      return kept
    },
  }
}

describe('adding columns', () => {
  test('answers every row once, in order, over many row groups and parts', async () => {
    const table = await make(260_000)
    const made = await tables.extend(table.artifact, shape, answer)
    expect(made.rows).toBe(260_000)
    expect(made.columns.map(({ name }) => name)).toEqual(['id', 'body', 'amount', 'twice', 'said'])
    const [wrong] = await tables.rows<{ n: number }>(
      "SELECT count(*) AS n FROM t WHERE said <> upper('row ' || id) OR twice IS DISTINCT FROM CASE WHEN id % 7 > 0 THEN id END",
      { t: made.artifact },
    )
    expect(wrong?.n).toBe(0)
  })

  test('keeps the columns asked for, in that order, and replaces one of the same name whatever its case', async () => {
    const table = await tables.query('SELECT 1 AS id, 2.0 AS "Twice", 3.0 AS amount, \'x\' AS body', {})
    const kept = await tables.extend(table.artifact, { ...shape, keep: ['body', 'id'] }, answer)
    expect(kept.columns.map(({ name }) => name)).toEqual(['body', 'id', 'twice', 'said'])
    const all = await tables.extend(table.artifact, shape, answer)
    expect(all.columns.map(({ name }) => name)).toEqual(['id', 'twice', 'amount', 'body', 'said'])
    expect(await tables.rows('SELECT * FROM t', { t: all.artifact })).toEqual([{ id: 1, twice: 6, amount: 3, body: 'x', said: 'X' }])
    const only = await tables.extend(table.artifact, { ...shape, keep: [] }, answer)
    expect(await tables.rows('SELECT * FROM t', { t: only.artifact })).toEqual([{ twice: 6, said: 'X' }])
  })

  test('answers a table without rows', async () => {
    const made = await tables.extend((await make(0)).artifact, shape, answer)
    expect(made).toMatchObject({ rows: 0 })
    expect(made.columns).toHaveLength(5)
  })

  test('never answers a part that was kept, and makes the same bytes', async () => {
    const table = await make(10_000)
    const whole = await tables.extend(table.artifact, { ...shape, partRows: 3_000 }, answer)
    const parts = keptParts()
    const asked: number[] = []
    const breaking: AnswerChunk = async (chunk) => {
      if (chunk.from >= 6_000) throw new Error('lost')
      return answer(chunk)
    }
    await expect(tables.extend(table.artifact, { ...shape, partRows: 3_000, parts }, breaking)).rejects.toThrow('lost')
    expect([...parts.files.keys()]).toEqual([0, 1])
    const again = await tables.extend(table.artifact, { ...shape, partRows: 3_000, parts }, (chunk) => {
      asked.push(chunk.from)
      return answer(chunk)
    })
    expect(asked).toEqual([6_000, 9_000])
    expect(again.artifact).toBe(whole.artifact)
  })

  test('names the column that is not there', async () => {
    const table = await make(3)
    await expect(tables.extend(table.artifact, { ...shape, reads: ['size'] }, answer)).rejects.toMatchObject({ hint: { column: 'size' } })
    await expect(tables.extend(table.artifact, { ...shape, keep: ['size'] }, answer)).rejects.toMatchObject({ hint: { column: 'size' } })
  })
})

test('parts are small enough that their values fit into memory', () => {
  expect(partsOf(10_000_000, 3)).toEqual({ size: 250_000, count: 40 })
  expect(partsOf(10_000_000, 103)).toEqual({ size: 38_834, count: 258 })
  expect(partsOf(0, 3)).toEqual({ size: 250_000, count: 1 })
})

test('a chunk ends at its rows or its characters, counted from where it began', async () => {
  const table = await tables.query("SELECT i AS id, repeat('x', CASE WHEN i = 5 THEN 900 ELSE 10 END) AS body FROM range(20) r(i)", {})
  const file = path.join(dir, 'artifacts', table.artifact.slice(0, 2), table.artifact.slice(2))
  const duckdb = await openDuckdb({ scratch: dir, signal: new AbortController().signal, memoryMb: 256 })
  const columns = [{ name: 'body', type: 'text' as const }]
  const chunks = await duckdb.use(async (connection) => {
    const found: [number, number][] = []
    for await (const chunk of streamChunks(connection, file, { columns, from: 2, to: 19, limits: { rows: 8, chars: 500 } }))
      found.push([chunk.from, chunk.rows])
    return found
  })
  duckdb.close()
  expect(chunks).toEqual([
    [2, 4],
    [6, 8],
    [14, 5],
  ])
})
