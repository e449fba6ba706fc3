import type { ChildProcess } from 'node:child_process'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Role } from '#core/people/roles'
import type { ApprovalView } from '#core/runs/views'
import { listApprovals } from '#db/queries/approvals'
import { listAudit } from '#db/queries/audit'
import { users } from '#db/schema/users'
import type { House } from '#server/house'
import { testHouse } from '#server/testing/test-house'
import { answerApproval } from './answer-approval'
import { readRun } from './run-views'
import { stopRun } from './stop-run'
import { ended, finished, forkWorker, graphOf, saveGraph, stageOf, start, statusesOf, until } from './testing/engine-fixture'

let house: House
const workers: ChildProcess[] = []
const people: Record<Role, { id: string; name: string; role: Role }> = {
  viewer: { id: 'v', name: 'Vera', role: 'viewer' },
  analyst: { id: 'a', name: 'Ann', role: 'analyst' },
  lead: { id: 'l', name: 'Lea', role: 'lead' },
  admin: { id: 'd', name: 'Dan', role: 'admin' },
}

beforeAll(async () => {
  house = await testHouse()
  await house.db.insert(users).values(Object.values(people).map((person) => ({ ...person, email: `${person.id}@example.org` })))
  workers.push(await forkWorker(house))
})
afterEach(async () => {
  if (workers.length === 0) workers.push(await forkWorker(house))
})
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGTERM')
  await Promise.all(workers.map(ended))
  await house.close()
})

const graph = (params: Record<string, unknown> = {}, text = 'x') =>
  graphOf(
    [
      ['m', 'mark', { text }],
      ['q', 'ask', params],
      ['n', 'need'],
    ],
    ['m.out -> q.a', 'q.out -> n.a'],
  )

async function asked(runId: string): Promise<ApprovalView> {
  const [approval] = await until(
    () => listApprovals(house.db, { runId, open: true, limit: 1 }),
    (rows) => rows.length > 0,
  )
  if (!approval) throw new Error('nobody was asked')
  return approval
}

const answer = (id: string, who: Role, decision: 'approve' | 'reject', note = '') =>
  answerApproval(house, { id, decision, note, actor: people[who], decidedBy: people[who].id })

test('a run waits through the death of its worker until somebody with the role answers; the yes holds for the same work', async () => {
  const workflowId = await saveGraph(house, graph())
  const runId = await start(house, workflowId)
  const question = await asked(runId)
  expect(question).toMatchObject({ question: 'Shall it go on?', role: 'lead', fallback: 'reject', stage: 'q', open: true })
  const waiting = await until(
    () => readRun(house.db, runId),
    ({ run }) => run.status === 'waiting',
  )
  expect(statusesOf(waiting)).toEqual({ m: 'done', q: 'waiting', n: 'queued' })

  const [worker] = workers.splice(0)
  worker?.kill('SIGKILL')
  if (worker) await ended(worker)
  await expect(answer(question.id, 'analyst', 'approve')).rejects.toThrow('Your role is analyst; this approval needs lead or above.')
  // Answered while nobody works: the answer is not lost.
  expect(await answer(question.id, 'lead', 'approve', 'looks good')).toMatchObject({
    decision: 'approve',
    decidedBy: { name: 'Lea' },
    open: false,
  })
  await expect(answer(question.id, 'admin', 'reject')).rejects.toThrow('This was answered already: approve by Lea.')
  workers.push(await forkWorker(house))
  const run = await finished(house, runId)
  expect(statusesOf(run)).toEqual({ m: 'done', q: 'done', n: 'done' })
  expect(stageOf(run, 'q').outputs).toEqual({ out: { kind: 'signal', message: 'x' } })
  expect((await listAudit(house.db, { object: 'approval', limit: 5 }))[0]).toMatchObject({
    action: 'approval.approve',
    actorName: 'Lea',
    reason: 'looks good',
  })

  expect((await finished(house, await start(house, workflowId))).run.status).toBe('cached')
})

test('a refusal ends the stage with who and why, and is asked again next time', async () => {
  const workflowId = await saveGraph(house, graph({}, 'refused'))
  const runId = await start(house, workflowId)
  await answer((await asked(runId)).id, 'admin', 'reject', 'too early')
  const run = await finished(house, runId)
  expect(statusesOf(run)).toEqual({ m: 'done', q: 'failed', n: 'skipped' })
  expect(stageOf(run, 'q').error).toMatchObject({ code: 'rejected', message: 'Ask: Dan refused. "too early" Run again to ask again.' })
  const again = await start(house, workflowId)
  await answer((await asked(again)).id, 'lead', 'approve')
  expect((await finished(house, again)).run.status).toBe('done')
})

test.each([
  ['approve', 'done'],
  ['reject', 'failed'],
] as const)('when nobody answers in time the default decides: %s', async (fallback, status) => {
  const workflowId = await saveGraph(house, graph({ hours: 1 / 3600, fallback }, fallback))
  const run = await finished(house, await start(house, workflowId))
  expect(statusesOf(run).q).toBe(status)
  if (fallback === 'reject') expect(stageOf(run, 'q').error?.message).toContain('nobody answered in time')
  // What only the deadline allowed is asked again.
  const again = await start(house, workflowId)
  expect((await asked(again)).open).toBe(true)
  await finished(house, again)
})

test('a cancelled run no longer asks', async () => {
  const runId = await start(house, await saveGraph(house, graph({}, 'cancelled')))
  const question = await asked(runId)
  expect(await stopRun(house, runId, people.analyst)).toBe(true)
  expect(statusesOf(await readRun(house.db, runId))).toEqual({ m: 'done', q: 'cancelled', n: 'cancelled' })
  expect(await listApprovals(house.db, { runId, open: true, limit: 5 })).toEqual([])
  await expect(answer(question.id, 'lead', 'approve')).rejects.toThrow('The run is over')
})
