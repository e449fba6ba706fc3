import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { isTrackedEnvelope } from '@trpc/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunChange } from '#core/runs/views'
import { listAudit } from '#db/queries/audit'
import { advanceStage, setStageProgress } from '#db/queries/stage-runs'
import { users } from '#db/schema/users'
import { appRouter } from '#server/api/root'
import { type Actor, createCallerFactory } from '#server/api/trpc'
import { closeChanges } from '#server/engine/changes'
import type { House } from '#server/house'
import { openTables } from '#server/tables/open-tables'
import { testHouse } from '#server/testing/test-house'

let house: House
const callerOf = createCallerFactory(appRouter)
const ann: Actor = { id: 'a', name: 'Ann', email: 'ann@example.org', role: 'analyst' }
const vera: Actor = { id: 'v', name: 'Vera', email: 'vera@example.org', role: 'viewer' }
const as = (actor: Actor) => callerOf({ house, actor })

beforeAll(async () => {
  house = await testHouse()
  await house.db.insert(users).values([ann, vera])
})
afterAll(async () => {
  await closeChanges(house)
  await house.close()
})

const graph = (test = 0.2) => ({
  stages: [
    { id: 'mail', type: 'sample-data', params: {} },
    { id: 'split', type: 'split', params: { method: 'random', test } },
  ],
  edges: [{ from: 'mail.table', to: 'split.table' }],
  notes: [],
  seed: 1,
})

async function newWorkflow(of = graph()): Promise<string> {
  const { id } = await as(ann).workflows.create({ name: 'Mail' })
  await as(ann).workflows.save({ id, baseNumber: 1, graph: of })
  return id
}

test('a run is started by an analyst, not by a viewer, and stands in the audit log', async () => {
  const workflowId = await newWorkflow()
  await expect(as(vera).runs.start({ workflowId })).rejects.toThrow('Your role is viewer; this needs analyst or above.')
  const first = await as(ann).runs.start({ workflowId })
  const second = await as(ann).runs.start({ workflowId, scope: { kind: 'to', stage: 'mail' } })
  expect([first.number, second.number]).toEqual([1, 2])
  const { run, stages } = await as(vera).runs.get({ id: first.id })
  expect(run).toMatchObject({
    status: 'queued',
    startedBy: { name: 'Ann' },
    workflow: { name: 'Mail' },
    version: { number: 2 },
    stages: { queued: 2 },
  })
  expect(stages.map((stage) => stage.stage)).toEqual(['mail', 'split'])
  expect((await as(vera).runs.get({ id: second.id })).stages).toHaveLength(1)
  expect((await as(vera).runs.list({ workflowId })).runs.map((each) => each.number)).toEqual([2, 1])
  expect((await listAudit(house.db, { object: 'run', limit: 5 })).map((line) => [line.action, line.actorName])).toEqual([
    ['run.start', 'Ann'],
    ['run.start', 'Ann'],
  ])
})

test('a workflow that cannot run is refused with every reason', async () => {
  const workflowId = await newWorkflow({ ...graph(2), edges: [] })
  await expect(as(ann).runs.start({ workflowId })).rejects.toThrow(
    /The workflow cannot run\. split \(Split\), table: The input "Table" is not connected.*split \(Split\), test: Too big/,
  )
  const { problems, words } = await as(vera).runs.forecast({ workflowId })
  expect(problems.map(({ stage, port, param }) => [stage, port ?? param])).toEqual([
    ['split', 'table'],
    ['split', 'test'],
  ])
  expect(words).toBe('2 stages')
})

test('a run can be cancelled when no worker is up; a second press changes nothing', async () => {
  const { id } = await as(ann).runs.start({ workflowId: await newWorkflow() })
  await expect(as(vera).runs.cancel({ id })).rejects.toThrow('Your role is viewer')
  expect(await Promise.all([as(ann).runs.cancel({ id }), as(ann).runs.cancel({ id })])).toContainEqual({ cancelled: true })
  expect(await as(ann).runs.cancel({ id })).toEqual({ cancelled: false })
  expect((await as(vera).runs.get({ id })).run).toMatchObject({ status: 'cancelled', stages: { cancelled: 2 } })
})

test('a live view gets every change once, and goes on without a gap after it was cut off', async () => {
  const { id } = await as(ann).runs.start({ workflowId: await newWorkflow() })
  const of = { runId: id, stageId: 'mail' }
  const seen: RunChange[] = []
  let lastEventId: string | undefined
  const look = async (until: (change: RunChange) => boolean) => {
    const abort = new AbortController()
    const caller = createCallerFactory(appRouter)({ house, actor: vera }, { signal: abort.signal })
    for await (const message of await caller.runs.watch({ id, lastEventId })) {
      if (!isTrackedEnvelope<RunChange>(message)) throw new Error('a message without an id')
      const [eventId, change] = message
      seen.push(change)
      lastEventId = eventId
      if (until(change)) break
    }
    abort.abort()
  }
  const mail = (change: RunChange) => change.stages.find((stage) => stage.stage === 'mail')

  await look((change) => change.stages.length === 2)
  const live = look((change) => mail(change)?.progress?.done === 50)
  await advanceStage(house.db, { ...of, event: 'start' })
  await setStageProgress(house.db, { ...of, progress: { done: 50, total: 100 } })
  await live
  // Nobody looks while this happens.
  await advanceStage(house.db, { ...of, event: 'finish', change: { durationMs: 7, outputs: {} } })
  await as(ann).runs.cancel({ id })
  await look(({ run }) => run.status === 'cancelled')
  const last = seen.at(-1)
  expect(last?.stages.map(({ stage, status }) => [stage, status]).sort()).toEqual([
    ['mail', 'done'],
    ['split', 'cancelled'],
  ])
  const revisions = seen.flatMap((change) => change.stages.map(({ stage, revision }) => `${stage} ${revision}`))
  expect(new Set(revisions).size).toBe(revisions.length)
})

test('a page of a million rows comes with its statistics', async () => {
  const scratch = path.join(house.env.home, 'scratch-test')
  mkdirSync(scratch, { recursive: true })
  const tables = openTables({ artifacts: house.artifacts, scratch, signal: new AbortController().signal })
  const { artifact, stats } = await tables.query("select i as n, 'text ' || i as t from range(1000000) r(i)", {})
  tables.close()
  await as(vera).ports.preview({ artifact, stats })
  const page = await as(vera).ports.preview({ artifact, stats, offset: 999_990, limit: 100 })
  expect(page).toMatchObject({ rowCount: 1_000_000, offset: 999_990, columns: [{ name: 'n' }, { name: 't' }] })
  expect(page.rows).toHaveLength(10)
  expect(page.rows.at(-1)).toEqual([999_999, 'text 999999'])
  expect(page.stats).toHaveLength(2)
  await expect(as(vera).ports.preview({ artifact: '0'.repeat(64) })).rejects.toThrow('is not in the store')
})
