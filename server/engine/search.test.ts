import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { systemActor } from '#db/queries/audit'
import { getStageRun } from '#db/queries/stage-runs'
import { listTrials, type TrialRow } from '#db/queries/trials'
import type { House } from '#server/house'
import { testHouse } from '#server/testing/test-house'
import type { EnginePoint } from './engine'
import { stopRun } from './stop-run'
import { ended, finished, graphOf, markFile, openWorkers, saveGraph, stageOf, start, statusesOf, until } from './testing/engine-fixture'

/** What must hold of a search whose trials are durable work: nothing that ended is done twice, and more of it goes on from there. */

let house: House
const workers = openWorkers()

beforeAll(async () => {
  house = await testHouse()
})
afterEach(() => workers.stopAll())
afterAll(async () => {
  await house.close()
})

const worker = (options?: { killAt?: string }) => workers.fork(house, options)

/** A workflow of one search; `seed` keeps the studies of the tests apart. */
const seek = (params: Record<string, unknown>) => saveGraph(house, graphOf([['s', 'seek', params]]))

async function trialsOf(runId: string): Promise<TrialRow[]> {
  const { study } = await getStageRun(house.db, { runId, stageId: 's' })
  return study === null ? [] : listTrials(house.db, study)
}

const endedTrials = (trials: readonly TrialRow[]) => trials.filter(({ status }) => status !== 'running')

// Point -> how often a fold of trial 2 may have been worked on, both folds counted.
const points: [EnginePoint, number][] = [
  ['search-turn-taken', 2],
  ['trial-started', 2],
  ['trial-scored', 2],
  ['trial-worked', 2],
  ['trial-written', 2],
]

test.each(points)(
  'a worker killed at "%s" of a trial: another goes on, and no fold that was told is worked on again',
  async (point, folds) => {
    const { file, marks } = markFile(house)
    const first = await worker({ killAt: `${point}:2` })
    const runId = await start(house, await seek({ file, trials: 5, seed: 100 + points.findIndex(([name]) => name === point) }))
    await ended(first)
    await worker()
    const run = await finished(house, runId)
    expect(statusesOf(run)).toEqual({ s: 'done' })
    const trials = await trialsOf(runId)
    expect(trials.map(({ status, scores }) => [status, scores.length])).toEqual(Array.from({ length: 5 }, () => ['finished', 2]))
    const count = (number: number) => marks().filter((mark) => mark.startsWith(`${trials[number]?.params.x} `)).length
    expect([0, 1, 2, 3, 4].map(count)).toEqual([2, 2, folds, 2, 2])
  },
)

test('two workers share the trials of one search; one killed in the middle loses only what it had in hand', async () => {
  const { file, marks } = markFile(house)
  const [first] = [await worker(), await worker()]
  const runId = await start(house, await seek({ file, trials: 12, folds: 1, parallel: 4, ms: 400, seed: 3 }))
  await until(
    () => trialsOf(runId),
    (trials) => endedTrials(trials).length >= 5 && new Set(endedTrials(trials).map((trial) => trial.worker)).size === 2,
  )
  first?.kill('SIGKILL')
  const run = await finished(house, runId)
  expect(statusesOf(run)).toEqual({ s: 'done' })
  // The stage has worked since the search began, and not only since its last trial.
  const [earliest] = (await trialsOf(runId)).map(({ createdAt }) => createdAt.getTime()).sort((a, b) => a - b)
  expect(stageOf(run, 's').startedAt?.getTime()).toBeLessThanOrEqual(earliest ?? 0)
  expect(stageOf(run, 's').outputs).toEqual({ out: { kind: 'signal', message: expect.stringMatching(/^best \d+ of 12$/) } })
  const trials = await trialsOf(runId)
  expect(trials.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 'finished'))
  expect(new Set(trials.map((trial) => trial.worker)).size).toBe(2)
  // A fold is one mark: what the killed worker had in hand may have been done and not told.
  expect(marks().length).toBeLessThanOrEqual(12 + 4)
})

test('a search that was run again, or with more trials, takes up what there is', async () => {
  const { file, marks } = markFile(house)
  await worker()
  const workflow = await seek({ file, trials: 4, seed: 4 })
  const first = await finished(house, await start(house, workflow))
  expect(stageOf(first, 's').outputs).toEqual({ out: { kind: 'signal', message: expect.stringMatching(/ of 4$/) } })
  const before = await trialsOf(first.run.id)
  const again = await finished(house, await start(house, workflow, { scope: { kind: 'from', stage: 's' } }))
  const more = await finished(house, await start(house, workflow, { overrides: { 's.trials': 7 } }))
  expect(statusesOf(again)).toEqual({ s: 'done' })
  expect(stageOf(more, 's').outputs).toEqual({ out: { kind: 'signal', message: expect.stringMatching(/ of 7$/) } })
  expect((await trialsOf(more.run.id)).slice(0, 4)).toEqual(before)
  expect(marks()).toHaveLength(14)
  // A smaller budget does not profit from a larger one.
  const fewer = await finished(house, await start(house, workflow, { overrides: { 's.trials': 3 } }))
  expect(stageOf(fewer, 's').outputs).toEqual({ out: { kind: 'signal', message: expect.stringMatching(/ of 3$/) } })
})

test('two searches of one study in one run share its trials', async () => {
  const { file, marks } = markFile(house)
  await worker()
  const params = { file, trials: 5, folds: 1, parallel: 2, ms: 100, seed: 8 }
  const graph = graphOf([
    ['s', 'seek', params],
    ['t', 'seek', params],
  ])
  const run = await finished(house, await start(house, await saveGraph(house, graph)))
  expect(statusesOf(run)).toEqual({ s: 'done', t: 'done' })
  expect(stageOf(run, 't').outputs).toEqual(stageOf(run, 's').outputs)
  expect(marks()).toHaveLength(5)
})

test('a cancel ends the trials under way; the next run begins them anew and keeps those that ended', async () => {
  const { file, marks } = markFile(house)
  await worker()
  const workflow = await seek({ file, trials: 4, folds: 1, ms: 700, parallel: 2, seed: 5 })
  const runId = await start(house, workflow)
  await until(
    () => trialsOf(runId),
    (trials) => endedTrials(trials).length >= 1 && trials.some(({ status }) => status === 'running'),
  )
  await stopRun(house, runId, systemActor)
  await until(
    () => trialsOf(runId),
    (trials) => trials.every(({ status }) => status !== 'running'),
  )
  const kept = marks().length
  await sleep(900)
  expect(marks()).toHaveLength(kept)
  const told = endedTrials(await trialsOf(runId)).length
  const run = await finished(house, await start(house, workflow))
  expect(statusesOf(run)).toEqual({ s: 'done' })
  // The cancel may come between the mark of a fold and its telling: that fold is worked on again, no other.
  expect(marks()).toHaveLength(kept + 4 - told)
})

test('a trial that fails is kept with its sentence, and the search goes on; when all fail, the stage says why', async () => {
  const { file } = markFile(house)
  await worker()
  const run = await finished(house, await start(house, await seek({ file, trials: 6, failBelow: 0.5, seed: 6 })))
  const trials = await trialsOf(run.run.id)
  const failed = trials.filter(({ status }) => status === 'failed')
  expect(statusesOf(run)).toEqual({ s: 'done' })
  expect(failed.length).toBeGreaterThan(0)
  expect(failed.length).toBeLessThan(6)
  for (const { error, params } of failed) {
    expect(error?.message).toBe('x is below 0.5.')
    expect(Number(params.x)).toBeLessThan(0.5)
  }
  const none = await finished(house, await start(house, await seek({ file, trials: 2, failBelow: 2, seed: 6 })))
  expect(stageOf(none, 's').error?.message).toBe('Every trial failed: x is below 2.')
})

test('no trial begins after the time is up', async () => {
  const { file } = markFile(house)
  await worker()
  const run = await finished(house, await start(house, await seek({ file, trials: 50, folds: 1, ms: 500, minutes: 0.1, seed: 7 })))
  expect(statusesOf(run)).toEqual({ s: 'done' })
  const trials = await trialsOf(run.run.id)
  expect(trials.length).toBeGreaterThan(0)
  expect(trials.length).toBeLessThan(14)
  expect(trials.every(({ status }) => status === 'finished')).toBe(true)
})
