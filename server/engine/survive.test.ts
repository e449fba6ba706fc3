import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { launchPostgres } from '#db/embedded/launch'
import { migrateDatabase } from '#db/migrate'
import { listAlive } from '#db/queries/processes'
import { listStageRuns } from '#db/queries/stage-runs'
import { makeTemporaryHome } from '#db/testing/temporary-home'
import { readEnv } from '#server/env'
import { type House, openHouse } from '#server/house'
import { testHouse } from '#server/testing/test-house'
import type { EnginePoint } from './engine'
import { ended, finished, graphOf, markFile, openWorkers, saveGraph, stageOf, start, statusesOf, until } from './testing/engine-fixture'
import { watchRun } from './watch-runs'

/** What must hold when processes and the database die in the middle of a run. */

let house: House
const workers = openWorkers()
const worker = workers.fork

beforeAll(async () => {
  house = await testHouse()
})
afterEach(() => workers.stopAll())
afterAll(async () => {
  await house.close()
})

const chain = (file: string) =>
  graphOf(
    [
      ['a', 'mark', { file, text: 'a' }],
      ['b', 'mark', { file, text: 'b', ms: 50 }],
      ['c', 'mark', { file, text: 'c' }],
    ],
    ['a.out -> b.a', 'b.out -> c.a'],
  )

// Point -> how often the stage in flight may have worked.
const points: [EnginePoint, number][] = [
  ['turn-taken', 1],
  ['stage-started', 1],
  ['stage-worked', 2],
  ['stage-written', 1],
]

test.each(points)(
  'a worker killed at "%s" loses nothing: another one goes on, and what was finished never runs again',
  async (point, tries) => {
    const { file, marks } = markFile(house)
    const first = await worker(house, { killAt: `${point}:b` })
    const runId = await start(house, await saveGraph(house, chain(file)))
    // The run is the first one's: a second one that is up sooner than the first looks would take it.
    await until(
      async () => marks(),
      (lines) => lines.length > 0,
    )
    await worker(house)
    await ended(first)
    const run = await finished(house, runId)
    expect(statusesOf(run)).toEqual({ a: 'done', b: 'done', c: 'done' })
    expect(stageOf(run, 'c').outputs).toEqual({ out: { kind: 'signal', message: 'a+b+c' } })
    const count = (id: string) => marks().filter((mark) => mark === id).length
    expect([count('a'), count('b'), count('c')]).toEqual([1, tries, 1])
  },
)

test('two workers share the stages of a run; one killed in the middle is replaced by the other', async () => {
  const { file, marks } = markFile(house)
  const ids = Array.from({ length: 8 }, (_, i) => `s${i}`)
  const graph = graphOf([
    ...ids.map((id): [string, string, Record<string, unknown>] => [id, 'slow', { ms: 700, file }]),
    ['all', 'mark', { file }],
  ])
  const [first] = [await worker(house), await worker(house)]
  const runId = await start(house, await saveGraph(house, graph))
  const holdersOf = async () =>
    new Set((await listStageRuns(house.db, { runId })).filter((row) => row.status === 'done').map((row) => row.worker))
  // Both have finished something: else the killed one might leave no trace.
  await until(holdersOf, (done) => done.size === 2)
  first?.kill('SIGKILL')
  const run = await finished(house, runId)
  expect(run.run.status).toBe('done')
  expect((await holdersOf()).size).toBe(2)
  // At most what was in flight in the killed worker ran twice.
  expect(marks().length).toBeLessThanOrEqual(9 + 2)
})

test('a stage that acts outside is not repeated when its worker is lost', async () => {
  const { file } = markFile(house)
  const first = await worker(house, { killAt: 'stage-started:o' })
  const runId = await start(house, await saveGraph(house, graphOf([['o', 'once', { file, times: 0 }]])))
  await ended(first)
  await worker(house)
  const run = await finished(house, runId)
  expect(statusesOf(run)).toEqual({ o: 'crashed' })
  expect(stageOf(run, 'o').error?.message).toContain('It acts on the outside world, so it is not repeated by itself')
})

test('a stopped worker gives its work back: the next one goes on at once', async () => {
  const { file, marks } = markFile(house)
  const first = await worker(house)
  const runId = await start(house, await saveGraph(house, graphOf([['s', 'slow', { ms: 1_000, file }]])))
  await until(
    async () => marks(),
    (lines) => lines.length === 1,
  )
  first.kill('SIGTERM')
  // By itself: nothing that was under way keeps the process.
  await until(
    async () => first.exitCode,
    (code) => code === 0,
  )
  expect(await listAlive(house.db, { kind: 'worker', aliveMs: 60_000 })).toEqual([])
  await worker(house)
  const run = await finished(house, runId)
  expect(statusesOf(run)).toEqual({ s: 'done' })
  expect(stageOf(run, 's').attempt).toBe(2)
})

test('a database that goes away in mid-run and comes back: the run finishes', async () => {
  const home = makeTemporaryHome('stageline-restart-')
  let postgres = await launchPostgres({ home })
  await migrateDatabase(postgres.url)
  const env = readEnv({ STAGELINE_HOME: home, DATABASE_URL: postgres.url, STAGELINE_LOG_LEVEL: 'silent' })
  const own = openHouse('cli', postgres.url, env)
  try {
    const { file, marks } = markFile(own)
    await worker(own)
    const graph = graphOf(
      [
        ['a', 'mark', { file, text: 'a' }],
        ['s', 'slow', { ms: 1_500, file }],
        ['z', 'need'],
      ],
      ['a.out -> s.a', 's.out -> z.a'],
    )
    const runId = await start(own, await saveGraph(own, graph))
    await until(
      async () => marks(),
      (lines) => lines.length === 2,
    )
    const seen = lastSeen(own, runId)
    const { url } = postgres
    await postgres.release()
    // Longer than anybody waits between two looks at a run.
    await sleep(6_000)
    postgres = await launchPostgres({ home })
    expect(postgres.url).toBe(url)
    const run = await finished(own, runId)
    expect(statusesOf(run)).toEqual({ a: 'done', s: 'done', z: 'done' })
    expect(marks().map((mark) => mark.split(' ')[0])).toEqual(['a', 's'])
    // Who watched it saw it end: a command line goes on like the run itself.
    expect(await seen).toBe('done')
  } finally {
    await workers.stopAll()
    await own.close()
    await postgres.release()
    rmSync(home, { recursive: true, force: true })
  }
})

/** The last status of a run that somebody who watches it hears of. */
async function lastSeen(of: House, runId: string): Promise<string | undefined> {
  let status: string | undefined
  for await (const { run } of watchRun(of, runId, 0, new AbortController().signal)) status = run.status
  return status
}
