import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { openArtifactStore } from '#server/artifacts/store'
import { openTables } from '#server/tables/open-tables'
import { previewTable, readStats } from '#server/tables/preview-table'
import type { BenchResult } from './bench'

/** What a click on a port asks of the server, for a table of a million rows. The bar is 300 ms. */
const rows = 1_000_000
const looks = 15
const barMs = 300

/** Measures first rows and statistics together, and a page from the middle. */
export async function run(): Promise<BenchResult> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'stageline-bench-'))
  const artifacts = openArtifactStore(path.join(dir, 'artifacts'))
  const tables = openTables({ artifacts, scratch: path.join(dir, 'scratch'), signal: new AbortController().signal })
  try {
    const started = performance.now()
    const table = await tables.query(
      `SELECT i AS id, 'Ticket ' || i || ': ' || repeat(md5(i::VARCHAR) || ' ', 6) AS body, (i * 7919 % 1000) / 7.0 AS amount,
              ['new', 'open', 'closed'][1 + i % 3] AS status, i % 2 = 0 AS urgent, TIMESTAMP '2024-01-01' + INTERVAL (i) SECOND AS at,
              CASE WHEN i % 10 > 0 THEN sin(i) END AS score, hash(i)::VARCHAR AS code
       FROM range(${rows}) r(i)`,
      {},
    )
    const writeMs = performance.now() - started
    // The first look of a process also starts DuckDB; a person who waits does not care why.
    const first = await timed(() => look(0))
    const head = await median(() => look(0))
    const middle = await median(() => look(rows / 2))
    const figures = [
      { name: 'first 100 rows and statistics, first time', value: first, unit: 'ms', bar: `at most ${barMs}` },
      { name: 'first 100 rows and statistics, median', value: head, unit: 'ms', bar: `at most ${barMs}` },
      { name: '100 rows from the middle and statistics, median', value: middle, unit: 'ms', bar: `at most ${barMs}` },
      { name: 'writing the table with its statistics', value: Math.round(writeMs), unit: 'ms' },
      { name: 'size of the table', value: Math.round(table.bytes / 2 ** 20), unit: 'MB' },
    ]
    const missed = figures.filter(({ value, bar }) => bar !== undefined && value > barMs).map(({ name, value }) => `${name}: ${value} ms`)
    return { what: `Preview of a table of ${rows} rows and 8 columns; median of ${looks} looks.`, figures, missed }

    async function look(offset: number): Promise<void> {
      const [preview, stats] = await Promise.all([previewTable(artifacts, table.artifact, { offset }), readStats(artifacts, table.stats)])
      if (preview.rows.length !== 100 || stats.length !== 8) throw new Error('the preview is not what it should be')
    }
  } finally {
    tables.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return Math.round((performance.now() - started) * 10) / 10
}

async function median(work: () => Promise<void>): Promise<number> {
  const times: number[] = []
  for (let count = 0; count < looks; count += 1) times.push(await timed(work))
  return times.sort((a, b) => a - b)[Math.floor(looks / 2)] ?? 0
}
