import { fork, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BatchOrder, batchResultSchema } from '#core/batch/order'
import { systemActor } from '#db/queries/audit'
import { findReadyVersion } from '#db/queries/data-set-refs'
import { advanceJob, createJob, type JobRow } from '#db/queries/jobs'
import { stopJob } from '#server/engine/stop-job'
import { ended, openWorkers } from '#server/engine/testing/engine-fixture'
import { watchJob } from '#server/engine/watch-jobs'
import type { House } from '#server/house'
import { deployVersion } from '#server/releases/change-release'
import { openTables, type Tables } from '#server/tables/open-tables'
import { priceOf, registerRegressor } from '#server/testing/small-regressor'
import { testHouse } from '#server/testing/test-house'
import { registerTiny, type TinyVersion } from '#server/testing/tiny-registry'
import { batchesDir } from './part-folder'
import { type BatchRun, runBatch } from './run-batch'
import { submitBatch } from './submit-batch'

let house: House
let tables: Tables
let version: TinyVersion
let rows: string
const total = 5_000

beforeAll(async () => {
  house = await testHouse()
  const [first] = await registerTiny(house, { name: 'mail', count: 1 })
  if (!first) throw new Error('no version')
  version = first
  await deployVersion(house.db, { actor: systemActor, deployment: 'triage', versionId: first.id, share: 100, reason: 'test' })
  tables = openTables({ artifacts: house.artifacts, scratch: path.join(house.env.home, 'scratch'), signal: new AbortController().signal })
  const sql = `SELECT i AS id, CASE WHEN i % 3 = 0 THEN 'spam' ELSE 'mail ' || i END AS body, (i % 24)::DOUBLE AS hour FROM range(${total}) r(i)`
  rows = (await tables.query(sql, {})).artifact
})
afterAll(async () => {
  tables.close()
  await house.close()
})

const order = (change: Partial<BatchOrder> = {}): BatchOrder => ({
  versionId: version.id,
  source: { kind: 'table', artifact: rows, name: 'mails' },
  keep: null,
  probabilities: false,
  output: { kind: 'file' },
  ...change,
})

const runOf = (change: Partial<BatchRun> = {}): BatchRun => ({
  house,
  jobId: randomUUID(),
  createdBy: null,
  progress: () => undefined,
  signal: new AbortController().signal,
  now: Date.now,
  partRows: 1_000,
  ...change,
})

/** Runs the batch in a process of its own; null when that was killed. */
async function inProcess(jobId: string, input: BatchOrder, killAt = ''): Promise<{ computed: number[]; result: unknown } | null> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const child = fork(new URL('./testing/batch-process.ts', import.meta.url), [], {
    execArgv: ['--import', tsx],
    env: {
      ...process.env,
      DATABASE_URL: house.databaseUrl,
      STAGELINE_HOME: house.env.home,
      STAGELINE_SECRET: 'a secret that is only good for the tests',
      STAGELINE_LOG_LEVEL: 'silent',
      BATCH_JOB: jobId,
      BATCH_INPUT: JSON.stringify(input),
      KILL_AT: killAt,
      PART_ROWS: '1000',
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  return new Promise((resolve, reject) => {
    child.once('message', (message: { computed: number[]; result: unknown }) => resolve(message))
    child.once('exit', (code, signal) => (signal === 'SIGKILL' ? resolve(null) : reject(new Error(`the batch ended with ${code}`))))
  })
}

/** A disk of its own, or null where mounting is forbidden. */
function smallDisk(): string | null {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') return null
  const folder = mkdtempSync(path.join(os.tmpdir(), 'small-disk-'))
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0 ? folder : null
}

describe('the answers', () => {
  test('stand beside every row, with the version that gave them', async () => {
    const result = await runBatch(order({ probabilities: true }), runOf())
    expect(result).toMatchObject({ model: 'mail', version: 1, rows: total, parts: 5, found: 0, dataSet: null })
    expect(result.columns).toEqual(['id', 'body', 'hour', 'predicted', 'confidence', 'p_ham', 'p_spam', 'predicted_by'])
    const [wrong] = await tables.rows<{ n: number }>(
      "SELECT count(*) AS n FROM t WHERE predicted <> CASE WHEN body = 'spam' OR hour > 20 THEN 'spam' ELSE 'ham' END OR predicted_by <> 'mail@1' OR abs(p_ham + p_spam - 1) > 1e-6",
      { t: result.artifact },
    )
    expect(wrong?.n).toBe(0)
    expect(readdirSync(batchesDir(house.env.artifactsDir))).toEqual([])
  })

  test('of a regressor are a number and its interval', async () => {
    const { versionId } = await registerRegressor(house, 'homes')
    const homes = (await tables.query('SELECT i AS id, CASE WHEN i < 9 THEN 40.0 + i END AS area FROM range(10) r(i)', {})).artifact
    const result = await runBatch(order({ versionId, source: { kind: 'table', artifact: homes, name: 'homes' } }), runOf())
    expect(result.columns).toEqual(['id', 'area', 'predicted', 'predicted_low', 'predicted_high', 'predicted_by'])
    const rows = await tables.rows<{ area: number | null; predicted: number; predicted_low: number; predicted_high: number }>(
      'SELECT * FROM t',
      {
        t: result.artifact,
      },
    )
    for (const { area, predicted, predicted_low: low, predicted_high: high } of rows) {
      if (area !== null) expect(Math.abs(predicted - priceOf(area))).toBeLessThan(50)
      expect(low).toBeLessThan(predicted)
      expect(high).toBeGreaterThan(predicted)
    }
    await expect(
      runBatch(order({ versionId, probabilities: true, source: { kind: 'table', artifact: homes, name: 'homes' } }), runOf()),
    ).rejects.toMatchObject({
      code: 'bad_params',
      message: expect.stringContaining('it has no probabilities'),
    })
  })

  test('become a data set of the name asked for, and its next version when it is there', async () => {
    const output = { kind: 'data-set', name: 'Mails, answered' } as const
    const first = await runBatch(order({ output, keep: ['id'] }), runOf())
    expect(first.dataSet).toMatchObject({ name: 'Mails, answered', version: 1 })
    const again = await runBatch(order({ output, keep: ['id'] }), runOf())
    expect(again.dataSet).toEqual(first.dataSet)
    const other = await runBatch(order({ output, keep: ['id', 'hour'] }), runOf())
    expect(other.dataSet).toEqual({ ...first.dataSet, version: 2 })
    const ready = await findReadyVersion(house.db, { dataSet: 'Mails, answered' })
    expect(ready).toMatchObject({ version: 2, artifact: other.artifact, rows: total })
  })

  test('can be given to an uploaded file', async () => {
    const file = path.join(house.env.home, 'mails.csv')
    writeFileSync(file, 'id,body,hour\n1,spam,3\n2,hello,4\n')
    const artifact = await house.artifacts.adopt(file)
    const result = await runBatch(order({ source: { kind: 'file', artifact, name: 'mails.csv' } }), runOf())
    expect(await tables.rows('SELECT id, predicted FROM t', { t: result.artifact })).toEqual([
      { id: 1, predicted: 'spam' },
      { id: 2, predicted: 'ham' },
    ])
  })
})

describe('a process that is killed', () => {
  // Point:part -> the parts that the second process computes.
  const points: [string, number[]][] = [
    ['part-written:2', [2, 3, 4]],
    ['part-placed:2', [2, 3, 4]],
    ['part-kept:2', [3, 4]],
    ['joined:0', []],
    ['kept:0', []],
  ]
  const output = { kind: 'data-set', name: 'killed' } as const

  test.each(points)('at %s computes no finished part again and makes the same bytes', async (killAt, rest) => {
    const whole = await runBatch(order(), runOf())
    const jobId = randomUUID()
    await createJob(house.db, { id: jobId, kind: 'batch-predict', subject: 'triage', input: {}, createdBy: null })
    expect(await inProcess(jobId, order({ output }), killAt)).toBeNull()
    const second = await inProcess(jobId, order({ output }))
    const result = batchResultSchema.parse(second?.result)
    expect(second?.computed).toEqual(rest)
    expect(result).toMatchObject({ artifact: whole.artifact, found: 5 - rest.length, dataSet: { name: 'killed', version: 1 } })
    expect(existsSync(path.join(batchesDir(house.env.artifactsDir), jobId))).toBe(false)
  })

  test('with a part that was spoilt on disk makes that one again', async () => {
    const whole = await runBatch(order(), runOf())
    const jobId = randomUUID()
    await createJob(house.db, { id: jobId, kind: 'batch-predict', subject: 'triage', input: {}, createdBy: null })
    await inProcess(jobId, order(), 'part-kept:3')
    writeFileSync(path.join(batchesDir(house.env.artifactsDir), jobId, '1.parquet'), 'lost')
    const second = await inProcess(jobId, order())
    expect(second?.computed).toEqual([1, 4])
    expect(second?.result).toMatchObject({ artifact: whole.artifact })
  })

  test('leaves parts that the next batch removes once its job is over, and not before', async () => {
    const jobId = randomUUID()
    await createJob(house.db, { id: jobId, kind: 'batch-predict', subject: 'triage', input: {}, createdBy: null })
    await advanceJob(house.db, { id: jobId, event: 'start' })
    await inProcess(jobId, order(), 'part-kept:1')
    await runBatch(order(), runOf())
    expect(readdirSync(batchesDir(house.env.artifactsDir))).toEqual([jobId])
    await stopJob(house, jobId, systemActor)
    await runBatch(order(), runOf())
    expect(readdirSync(batchesDir(house.env.artifactsDir))).toEqual([])
  })
})

describe('an ordered batch', () => {
  const workers = openWorkers()
  afterAll(() => workers.stopAll())

  test('is finished by another worker when the first is killed, and can be watched', async () => {
    const { id } = await submitBatch(house, {
      by: { deployment: 'triage' },
      rows: { kind: 'table', artifact: rows, name: 'mails' },
      wish: { keep: ['id'], probabilities: false, output: { kind: 'data-set', name: 'by a worker' } },
      actor: systemActor,
    })
    await ended(await workers.fork(house, { killAt: `job-started:${id}` }))
    await workers.fork(house)
    let last: JobRow | undefined
    for await (const job of watchJob(house, id, AbortSignal.timeout(60_000))) last = job
    expect(last).toMatchObject({ status: 'done', subject: 'triage', error: null })
    expect(batchResultSchema.parse(last?.result)).toMatchObject({ rows: total, dataSet: { name: 'by a worker', version: 1 } })
  })
})

describe('a batch that cannot be', () => {
  const submit = (change: Partial<Parameters<typeof submitBatch>[1]>) =>
    submitBatch(house, {
      by: { deployment: 'triage' },
      rows: { kind: 'table', artifact: rows, name: 'mails' },
      wish: { keep: null, probabilities: false, output: { kind: 'file' } },
      actor: systemActor,
      ...change,
    })

  test('is refused when it is ordered: unknown names, missing columns, columns to keep that are not there', async () => {
    await expect(submit({ by: { deployment: 'nobody' } })).rejects.toMatchObject({ code: 'not_found' })
    await expect(submit({ by: { model: 'mail', version: 9 } })).rejects.toMatchObject({ code: 'not_found' })
    await expect(submit({ rows: { dataSet: 'nothing' } })).rejects.toMatchObject({ code: 'not_found' })
    const other = await tables.query("SELECT 'x' AS body", {})
    await expect(submit({ rows: { kind: 'table', artifact: other.artifact, name: 'others' } })).rejects.toMatchObject({
      code: 'bad_input',
      message: 'The model reads the column "hour", which these rows lack; they have body.',
    })
    await expect(submit({ wish: { keep: ['sender'], probabilities: false, output: { kind: 'file' } } })).rejects.toMatchObject({
      message: 'mails has no column "sender" to keep; it has id, body, hour.',
    })
    await expect(submit({ rows: { kind: 'table', artifact: 'a'.repeat(64), name: 'mails' } })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('on a full disk says so, keeps what is finished, and goes on when there is room', async (context) => {
    const disk = smallDisk()
    // Only root may mount, and a container may forbid it even to root.
    if (disk === null) return context.skip()
    const artifactsDir = path.join(disk, 'artifacts')
    const other = { ...house, env: { ...house.env, artifactsDir } }
    const filler = path.join(disk, 'filler')
    const jobId = randomUUID()
    await createJob(house.db, { id: jobId, kind: 'batch-predict', subject: 'triage', input: {}, createdBy: null })
    const run = (at?: BatchRun['at']) => runBatch(order(), runOf({ house: other, jobId, at }))
    const fill = () => spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k'], { stdio: 'ignore' })
    try {
      // No part fits any more once the second is kept.
      await expect(run((point, part) => (point === 'part-kept' && part === 1 ? fill() : undefined))).rejects.toMatchObject({
        code: 'disk_full',
        message: expect.stringMatching(/disk.* full.*Free some space/s),
      })
      rmSync(filler)
      const computed: number[] = []
      const result = await run((point, part) => (point === 'part-written' ? computed.push(part) : undefined))
      expect(computed).toEqual([2, 3, 4])
      expect(result).toMatchObject({ rows: total, found: 2 })
    } finally {
      spawnSync('umount', ['-l', disk])
      rmSync(disk, { recursive: true, force: true })
    }
  })

  test('says so when the worker finds out, and leaves no parts', async () => {
    const words = (await tables.query("SELECT 'spam' AS body, 'late' AS hour", {})).artifact
    await expect(runBatch(order({ source: { kind: 'table', artifact: words, name: 'w' } }), runOf())).rejects.toMatchObject({
      code: 'bad_input',
      message: expect.stringContaining('as numbers, but here it holds text'),
    })
    expect(readdirSync(batchesDir(house.env.artifactsDir))).toEqual([])
  })
})
