import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '#core/errors/app-error'
import { addStage, remove, setParam } from '#core/graph/edit'
import { emptyGraph, type Graph, type GraphStage } from '#core/graph/graph'
import type { Role } from '#core/people/roles'
import { listAudit } from '#db/queries/audit'
import { createUser } from '#db/queries/users'
import { getVersion } from '#db/queries/workflow-versions'
import { appRouter } from '#server/api/root'
import { createCallerFactory } from '#server/api/trpc'
import type { House } from '#server/house'
import { testHouse } from '#server/testing/test-house'
import { graphHash } from './save-workflow'

let house: House
const actors = { ada: user('ada', 'Ada', 'analyst'), bob: user('bob', 'Bob', 'lead'), eve: user('eve', 'Eve', 'viewer') }
const callerOf = createCallerFactory(appRouter)
const as = (who: keyof typeof actors) => callerOf({ house, actor: actors[who] }).workflows

function user(id: string, name: string, role: Role) {
  return { id, name, email: `${id}@example.org`, role }
}

beforeAll(async () => {
  house = await testHouse()
  for (const actor of Object.values(actors)) await createUser(house.db, { ...actor, passwordHash: 'x' })
})
afterAll(() => house.close())

const stage = (id: string, params: Record<string, unknown> = {}): GraphStage => ({ id, type: 'split', params, position: { x: 0, y: 0 } })
const start: Graph = { ...emptyGraph, stages: [stage('a', { c: 1, d: 1 }), stage('b', { c: 1 })] }

async function startAt(graph: Graph) {
  const { id } = await as('ada').create({ name: 'Line' })
  const { number } = await as('ada').save({ id, baseNumber: 1, graph })
  return { id, number }
}

/** The refusal of a promise that must be refused. */
async function refused(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => null,
    (e: unknown) => e,
  )
  if (error instanceof Error && error.cause instanceof AppError) return error.cause
  throw new Error(`not refused: ${String(error)}`)
}

describe('saving', () => {
  it('numbers versions, keeps them, and says what changed', async () => {
    const { id } = await startAt(start)
    const saved = await as('ada').save({ id, baseNumber: 2, graph: setParam(start, 'a', 'c', 2) })
    expect(saved).toMatchObject({ number: 3, merged: null, unchanged: false, hash: graphHash(setParam(start, 'a', 'c', 2)) })
    const { versions } = await as('eve').versions({ id })
    expect(versions.map((v) => [v.number, v.authorName, v.summary])).toEqual([
      [3, 'Ada', 'Split, c: 1 to 2'],
      [2, 'Ada', 'Added Split, Split'],
      [1, 'Ada', 'Created'],
    ])
    expect((await as('eve').version({ id, number: 2 })).graph).toEqual(start)
    const actions = (await listAudit(house.db, { limit: 3 })).map((entry) => [entry.actor, entry.action])
    expect(actions[0]).toEqual(['ada', 'workflow.save'])
  })

  it('makes no version of a graph that is the same', async () => {
    const { id, number } = await startAt(start)
    const shuffled: Graph = { seed: start.seed, notes: [], edges: [], stages: [...start.stages] }
    expect(await as('ada').save({ id, baseNumber: number, graph: shuffled })).toMatchObject({ number, unchanged: true })
  })

  it('merges a stale edit that does not overlap', async () => {
    const { id, number } = await startAt(start)
    await as('bob').save({ id, baseNumber: number, graph: setParam(start, 'a', 'd', 9) })
    const saved = await as('ada').save({ id, baseNumber: number, graph: setParam(start, 'a', 'c', 5) })
    const both = setParam(setParam(start, 'a', 'd', 9), 'a', 'c', 5)
    expect(saved).toMatchObject({ number: number + 2, merged: both })
    expect((await as('ada').get({ id })).newest.graph).toEqual(both)
  })

  it('refuses a stale edit that overlaps: who, when, what, and the other graph; nothing is written', async () => {
    const { id, number } = await startAt(start)
    await as('bob').save({ id, baseNumber: number, graph: setParam(start, 'a', 'c', 3) })
    const error = await refused(as('ada').save({ id, baseNumber: number, graph: setParam(start, 'a', 'c', 5) }))
    expect(error.code).toBe('conflict')
    expect(error.message).toMatch(/^Bob saved v3 at \d\d:\d\d:\d\d UTC: both of you changed Split, c\. /)
    expect(error.hint.conflict).toMatchObject({
      number: number + 1,
      by: 'Bob',
      conflicts: [{ what: 'param', id: 'a', param: 'c', base: 1, mine: 5, theirs: 3 }],
      graph: setParam(start, 'a', 'c', 3),
    })
    expect((await as('ada').head({ id })).number).toBe(number + 1)
    // Mine on top, knowingly: from the version that came in between.
    expect(await as('ada').save({ id, baseNumber: number + 1, graph: setParam(start, 'a', 'c', 5) })).toMatchObject({ number: number + 2 })
  })

  it('keeps all of twenty saves that come at once', async () => {
    const { id, number } = await startAt(start)
    const who = ['ada', 'bob'] as const
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        as(who[i % 2] ?? 'ada').save({ id, baseNumber: number, graph: addStage(start, stage(`s${i}`)) }),
      ),
    )
    const { newest } = await as('ada').get({ id })
    expect(newest.number).toBe(number + 20)
    expect(newest.graph.stages.map((s) => s.id).sort()).toEqual(['a', 'b', ...Array.from({ length: 20 }, (_, i) => `s${i}`)].sort())
  })

  it('restores an earlier version as a new one', async () => {
    const { id, number } = await startAt(start)
    await as('ada').save({ id, baseNumber: number, graph: remove(start, { stages: ['a', 'b'] }) })
    expect(await as('ada').restore({ id, number })).toMatchObject({ number: number + 2, graph: start })
    expect((await getVersion(house.db, { workflowId: id, number: number + 2 })).summary).toBe(`Restored v${number}`)
    expect(await as('ada').restore({ id, number })).toMatchObject({ number: number + 2, unchanged: true })
  })
})

describe('who may', () => {
  it('a viewer sees but does not change', async () => {
    const { id, number } = await startAt(start)
    expect((await as('eve').get({ id })).name).toBe('Line')
    expect((await refused(as('eve').save({ id, baseNumber: number, graph: emptyGraph }))).code).toBe('forbidden')
    expect((await refused(as('eve').create({ name: 'x' }))).code).toBe('forbidden')
  })
  it('an archived workflow is not saved and not listed', async () => {
    const { id, number } = await startAt(start)
    await as('ada').archive({ id })
    expect((await as('ada').list({})).some((card) => card.id === id)).toBe(false)
    expect((await refused(as('ada').save({ id, baseNumber: number, graph: emptyGraph }))).message).toContain('archived')
    await as('ada').archive({ id, archived: false })
    expect((await as('ada').list({})).some((card) => card.id === id)).toBe(true)
  })
  it('unknown ids and numbers are sentences', async () => {
    const id = crypto.randomUUID()
    expect((await refused(as('ada').get({ id }))).message).toBe('This workflow does not exist. It may have been removed.')
    const known = await startAt(start)
    expect((await refused(as('ada').version({ id: known.id, number: 99 }))).message).toBe('There is no version 99 of this workflow.')
    expect((await refused(as('ada').save({ id: known.id, baseNumber: 99, graph: start }))).code).toBe('bad_request')
  })
})

describe('the list', () => {
  it('finds by name, by owner, and draws a picture', async () => {
    const { id } = await as('bob').create({ name: '100% churn_risk' })
    await as('bob').save({ id, baseNumber: 1, graph: { ...start, edges: [{ from: 'a.train', to: 'b.rows' }] } })
    for (const search of ['churn', '100%', 'churn_risk']) {
      expect((await as('ada').list({ search })).map((card) => card.id)).toEqual([id])
    }
    expect(await as('ada').list({ search: 'churn', show: 'mine' })).toEqual([])
    const [card] = await as('bob').list({ search: 'churn', show: 'mine' })
    expect(card).toMatchObject({ stages: 2, lastRun: null, deployments: [], owner: { name: 'Bob' }, version: 2 })
    expect(card?.picture.edges).toEqual([[0, 1]])
    expect(await as('bob').list({ search: 'churn', show: 'live' })).toEqual([])
  })
  it('renames', async () => {
    const { id } = await startAt(start)
    await as('ada').rename({ id, name: '  Better  ' })
    expect((await as('ada').get({ id })).name).toBe('Better')
    await expect(as('ada').rename({ id, name: ' ' })).rejects.toThrow('Give the workflow a name.')
  })
})
