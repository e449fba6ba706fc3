import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Graph } from '#core/graph/graph'
import type { Role } from '#core/people/roles'
import type { ModelValue, ReportValue, TableValue } from '#core/ports/kinds'
import { emptyPlan } from '#core/ports/plan'
import { listAudit, systemActor } from '#db/queries/audit'
import { createRun } from '#db/queries/runs'
import { createUser } from '#db/queries/users'
import { stageRuns } from '#db/schema/stage-runs'
import { workflowVersions } from '#db/schema/workflow-versions'
import { workflows } from '#db/schema/workflows'
import { appRouter } from '#server/api/root'
import { type Actor, createCallerFactory } from '#server/api/trpc'
import type { House } from '#server/house'
import { testHouse } from '#server/testing/test-house'
import { run as evaluate } from '#stages/evaluate/run'
import { run as trainLogisticRegression } from '#stages/logistic-regression/run'
import { logisticRegression as logisticRegressionSpec } from '#stages/logistic-regression/spec'
import { type TestStageContext, testStageContext } from '#stages/testing'
import { registerModel } from './register-model'

let house: House
let stage: TestStageContext
let sample: TableValue
let report: ReportValue
const trained: ModelValue[] = []
const people: Partial<Record<Role, Actor>> = {}
const as = (role: Role) => createCallerFactory(appRouter)({ house, actor: people[role] ?? null })

beforeAll(async () => {
  house = await testHouse()
  stage = await testStageContext()
  for (const role of ['viewer', 'analyst', 'lead'] as const) {
    const user = await createUser(house.db, { id: role, name: role, email: `${role}@example.com`, role, passwordHash: '-' })
    people[role] = { id: user.id, name: user.name, email: user.email, role }
  }
  const bodies = Array.from({ length: 60 }, (_, i) => `${i % 2 === 0 ? 'free prize' : 'team meeting'} number${i % 5}`)
  sample = await stage.table(
    [
      { column: { name: 'body', type: 'text' }, values: bodies },
      { column: { name: 'label', type: 'text' }, values: bodies.map((_, i) => (i % 2 === 0 ? 'spam' : 'ham')) },
    ],
    emptyPlan,
  )
  for (const c of [1, 10]) {
    const params = logisticRegressionSpec.params.parse({ target: 'label', c, maxEpochs: 50 })
    trained.push((await trainLogisticRegression({ params, inputs: { train: sample }, ctx: stage })).model)
  }
  const evaluated = await evaluate({ params: { show: '', time: '' }, inputs: { model: first(), table: sample }, ctx: stage })
  report = evaluated.report
  for (const hash of [...trained.map(({ artifact }) => artifact), report.artifact, sample.artifact]) {
    await house.artifacts.write(await stage.artifacts.read(hash))
  }
})
afterAll(async () => {
  await stage.dispose()
  await house.close()
})

function first(): ModelValue {
  const [model] = trained
  if (!model) throw new Error('no model was trained')
  return model
}

function second(): ModelValue {
  const [, model] = trained
  if (!model) throw new Error('only one model was trained')
  return model
}

const registration = (model: ModelValue, name: string, aliases: string[] = []) => ({
  name,
  model,
  report,
  sample,
  aliases,
  description: 'a test',
})

/** A finished run: source -> train -> register, started by the analyst. */
async function finishedRun(): Promise<{ runId: string; stageId: string }> {
  const graph: Graph = {
    stages: [
      { id: 'source', type: 'sample-data', title: 'E-mail', params: {} },
      { id: 'train', type: 'logistic-regression', params: {} },
      { id: 'evaluate', type: 'evaluate', params: {} },
    ],
    edges: [
      { from: 'source.table', to: 'train.train' },
      { from: 'train.model', to: 'evaluate.model' },
    ],
    notes: [],
    seed: 42,
  }
  const [workflow] = await house.db.insert(workflows).values({ name: 'Mail' }).returning()
  const workflowId = workflow?.id ?? ''
  const [version] = await house.db.insert(workflowVersions).values({ workflowId, number: 3, hash: 'h', graph }).returning()
  const id = randomUUID()
  await createRun(house.db, {
    id,
    workflowId,
    versionId: version?.id ?? '',
    scope: { kind: 'all' },
    overrides: {},
    startedBy: 'analyst',
    trigger: 'person',
    stages: graph.stages.map(({ id: stageId, type }) => ({ stageId, type })),
  })
  const outputs = { source: { table: sample }, train: { model: first() }, evaluate: { report } }
  for (const [stageId, values] of Object.entries(outputs)) {
    await house.db.update(stageRuns).set({ status: 'done', outputs: values }).where(sameStage(id, stageId))
  }
  return { runId: id, stageId: 'train' }
}

const sameStage = (runId: string, stageId: string) => and(eq(stageRuns.runId, runId), eq(stageRuns.stageId, stageId))

describe('registering', () => {
  test('the same file is the same version, however often and however many at once', async () => {
    const results = await Promise.all([1, 2, 3].map(() => registerModel(house, registration(first(), 'twice', ['champion']), null)))
    expect(results.map(({ version }) => version)).toEqual([1, 1, 1])
    const audit = (await listAudit(house.db, { limit: 50 })).filter(({ objectId }) => objectId.startsWith('twice'))
    expect(audit.map(({ action }) => action).sort()).toEqual(['alias.set', 'model.register'])
    expect((await registerModel(house, registration(second(), 'twice'), null)).version).toBe(2)
  })

  test('keeps what was learned, also when the file was registered before it was kept', async () => {
    const { state, ...without } = first()
    expect(state).toMatch(/^[0-9a-f]{64}$/)
    await registerModel(house, registration(without, 'learned'), null)
    expect((await as('viewer').models.version({ name: 'learned', number: 1 })).state).toBeNull()
    expect((await registerModel(house, registration(first(), 'learned'), null)).version).toBe(1)
    expect((await as('viewer').models.version({ name: 'learned', number: 1 })).state).toBe(state)
    expect((await registerModel(house, registration(without, 'learned'), null)).version).toBe(1)
    expect((await as('viewer').models.version({ name: 'learned', number: 1 })).state).toBe(state)
  })

  test('keeps figures, reference and lineage, and says who registered', async () => {
    const origin = await finishedRun()
    await registerModel(house, registration(first(), 'traced'), origin)
    const version = await as('viewer').models.version({ name: 'traced', number: 1 })
    expect(version.by).toBe('analyst')
    expect(version.metrics.find(({ name }) => name === 'accuracy')?.value).toBe(1)
    expect(version.reference.rows).toBe(60)
    expect(version.lineage).toMatchObject({
      runId: origin.runId,
      runNumber: 1,
      workflowName: 'Mail',
      workflowVersion: 3,
      stageId: 'train',
      dataSets: [{ name: 'E-mail', version: 1, artifact: sample.artifact }],
      artifacts: [sample.artifact, report.artifact],
    })
    expect(version.params).toContainEqual({ name: 'C', value: '1' })
  })

  test('a finished run can be registered later, with the evaluation that it holds', async () => {
    const origin = await finishedRun()
    const made = await as('analyst').models.register({ ...origin, name: 'later', description: 'by hand' })
    expect(made).toEqual({ name: 'later', version: 1 })
    expect((await as('viewer').models.version({ name: 'later', number: 1 })).report).toBe(report.artifact)
    await expect(as('viewer').models.register({ ...origin, name: 'later' })).rejects.toThrow('this needs analyst or above')
    await expect(as('analyst').models.register({ ...origin, stageId: 'source', name: 'later' })).rejects.toThrow('made no model')
  })
})

describe('aliases', () => {
  test('history only grows; an analyst may not move the champion', async () => {
    await registerModel(house, registration(first(), 'aliased', ['champion']), null, systemActor)
    await registerModel(house, registration(second(), 'aliased', ['challenger']), null, systemActor)
    const move = { name: 'aliased', alias: 'champion', number: 2, reason: 'better recall' }
    await expect(as('analyst').models.setAlias(move)).rejects.toThrow('only a lead may put another in its place')
    await as('lead').models.setAlias(move)
    await as('lead').models.setAlias(move)
    await as('analyst').models.setAlias({ name: 'aliased', alias: 'challenger', number: null })
    const { history, versions } = await as('viewer').models.get({ name: 'aliased' })
    expect(history.map(({ alias, number, by }) => [alias, number, by])).toEqual([
      ['challenger', null, 'analyst'],
      ['champion', 2, 'lead'],
      ['challenger', 2, null],
      ['champion', 1, null],
    ])
    expect(versions.map(({ number, aliases }) => [number, aliases])).toEqual([
      [2, ['champion']],
      [1, []],
    ])
  })

  test('an alias must be a word', async () => {
    await expect(as('lead').models.setAlias({ name: 'aliased', alias: 'The Best', number: 1 })).rejects.toThrow('cannot be an alias')
  })
})

describe('reading', () => {
  test('lists models with champion and newest version, and compares two versions', async () => {
    const line = (await as('viewer').models.list({ search: 'alias' }))[0]
    expect(line).toMatchObject({ name: 'aliased', versions: 2, champion: 2, latest: { number: 2 }, served: [] })
    const { params, signature } = await as('viewer').models.compare({ name: 'aliased', left: 1, right: 2 })
    expect(params).toEqual([{ name: 'estimator.c', live: '1', candidate: '10' }])
    expect(signature).toEqual([])
  })

  test('an unknown model or version is a sentence', async () => {
    await expect(as('viewer').models.get({ name: 'nobody' })).rejects.toThrow('There is no model called nobody')
    await expect(as('viewer').models.version({ name: 'aliased', number: 9 })).rejects.toThrow('There is no version aliased@9')
  })

  test('"Try it" answers a row as the gateway would, and names a wrong field', async () => {
    const answer = await as('viewer').models.tryIt({ name: 'aliased', number: 2, row: { body: 'free prize number1' } })
    if (!('label' in answer)) throw new Error('a classifier answers a class')
    expect(answer.label).toBe('spam')
    expect(answer.probabilities.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(1, 5)
    await expect(as('viewer').models.tryIt({ name: 'aliased', number: 2, row: { subject: 'x' } })).rejects.toThrow('lacks the field "body"')
  })
})
