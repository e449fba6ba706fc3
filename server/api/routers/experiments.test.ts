import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ExperimentFilter, ExperimentOrder } from '#core/experiments/views'
import type { Figure } from '#core/ports/kinds'
import { listAudit } from '#db/queries/audit'
import { modelVersions } from '#db/schema/model-versions'
import { models } from '#db/schema/models'
import { users } from '#db/schema/users'
import { appRouter } from '#server/api/root'
import { type Actor, createCallerFactory } from '#server/api/trpc'
import type { House } from '#server/house'
import { anyHash, finishedTraining, report } from '#server/testing/finished-training'
import { testHouse } from '#server/testing/test-house'
import { tinyReference, tinySignature } from '#server/testing/tiny-model'

let house: House
const ann: Actor = { id: 'a', name: 'Ann', email: 'ann@example.org', role: 'analyst' }
const vera: Actor = { id: 'v', name: 'Vera', email: 'vera@example.org', role: 'viewer' }
const as = (actor: Actor) => createCallerFactory(appRouter)({ house, actor })
const accuracy = (value: number): Figure[] => [{ name: 'accuracy', value, better: 'higher' }]
const minute = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, n))
const made: Record<string, { id: string; runId: string; workflowId: string }> = {}
const nameOf = (id: string) => Object.entries(made).find(([, one]) => one.id === id)?.[0] ?? id

async function names(filter: Partial<ExperimentFilter> = {}, order?: ExperimentOrder, page = {}): Promise<string[]> {
  const { experiments } = await as(vera).experiments.list({ filter: { repeats: false, ...filter }, ...(order && { order }), ...page })
  return experiments.map(({ id }) => nameOf(id))
}

beforeAll(async () => {
  house = await testHouse()
  await house.db.insert(users).values([ann, vera])
  const registered = anyHash()
  made.low = await finishedTraining(house, { at: minute(1), c: 0.1, evaluated: accuracy(0.8), validated: accuracy(0.99), startedBy: 'a' })
  const { workflowId } = made.low
  made.high = await finishedTraining(house, { workflowId, at: minute(2), c: 10, evaluated: accuracy(0.9), artifact: registered })
  made.failed = await finishedTraining(house, { workflowId, at: minute(3), c: 7, status: 'failed' })
  made.unmeasured = await finishedTraining(house, {
    at: minute(4),
    name: 'Prices 100%',
    type: 'tune',
    training: accuracy(1),
    durationMs: 9000,
  })
  made.before = await finishedTraining(house, { workflowId, at: minute(5), key: 'k'.repeat(64) })
  made.after = await finishedTraining(house, {
    workflowId,
    at: minute(6),
    key: 'k'.repeat(64),
    status: 'cached',
    evaluated: accuracy(0.85),
  })
  await finishedTraining(house, { workflowId, at: minute(7), status: 'skipped' })
  const [model] = await house.db.insert(models).values({ name: 'mail' }).returning()
  await house.db.insert(modelVersions).values({
    modelId: model?.id ?? '',
    number: 3,
    artifact: registered,
    bytes: 1,
    signature: tinySignature,
    classes: [],
    // only the file counts here
    recipe: {} as never,
    metrics: [],
    reference: tinyReference,
    // only the file counts here
    lineage: {} as never,
  })
})
afterAll(() => house.close())

test('an experiment has its params, the metrics of its model by where they were measured, who, when and its versions', async () => {
  const { experiments, total } = await as(vera).experiments.list({})
  expect(total).toBe(5)
  const low = experiments.find(({ id }) => id === made.low?.id)
  expect(low).toMatchObject({
    run: { number: 1 },
    version: 1,
    workflow: { name: 'Mail' },
    title: 'Train',
    estimator: 'logistic regression',
    startedBy: { name: 'Ann' },
    durationMs: 1000,
    registered: [],
    metrics: [
      { source: 'evaluation', name: 'accuracy', value: 0.8 },
      { source: 'cross-validation', name: 'accuracy', value: 0.99 },
    ],
  })
  expect(low?.params).toContainEqual({ name: 'C', value: '0.1' })
  expect(experiments.find(({ id }) => id === made.high?.id)?.registered).toEqual([{ model: 'mail', version: 3 }])
  // A stage that failed has no recipe: what it was asked for is told from the graph.
  expect(experiments.find(({ id }) => id === made.failed?.id)?.params).toContainEqual({ name: 'C', value: '7' })
})

const by = (source: 'evaluation' | 'cross-validation', direction: ExperimentOrder['direction']): ExperimentOrder => ({
  by: { source, name: 'accuracy' },
  direction,
})

describe('the table is ordered and filtered on the server', () => {
  test.each<[string, Partial<ExperimentFilter>, ExperimentOrder | undefined, string[]]>([
    ['newest first; a repeat from the cache stands for both', {}, undefined, ['after', 'unmeasured', 'failed', 'high', 'low']],
    ['with repeats', { repeats: true }, undefined, ['after', 'before', 'unmeasured', 'failed', 'high', 'low']],
    ['best evaluation first, unmeasured last', {}, by('evaluation', 'descending'), ['high', 'after', 'low', 'unmeasured', 'failed']],
    ['worst evaluation first, unmeasured still last', {}, by('evaluation', 'ascending'), ['low', 'after', 'high', 'unmeasured', 'failed']],
    ['folds are another metric', {}, by('cross-validation', 'descending'), ['low', 'after', 'unmeasured', 'failed', 'high']],
    ['slowest first', {}, { by: 'took', direction: 'descending' }, ['unmeasured', 'after', 'failed', 'high', 'low']],
    ['failed ones', { state: 'bad' }, undefined, ['failed']],
    ['a percent sign is no wildcard', { search: '100%' }, undefined, ['unmeasured']],
    ['an estimator', { estimator: 'logistic-regression', state: 'good' }, undefined, ['after', 'unmeasured', 'high', 'low']],
    ['nothing', { search: 'no such words' }, undefined, []],
  ])('%s', async (_name, filter, order, expected) => expect(await names(filter, order)).toEqual(expected))

  test('page by page', async () => {
    expect(await names({}, undefined, { offset: 1, limit: 2 })).toEqual(['unmeasured', 'failed'])
  })

  test('of one workflow', async () => {
    expect(await names({ workflowId: made.unmeasured?.workflowId ?? '' })).toEqual(['unmeasured'])
  })
})

test('what there is to choose from', async () => {
  const choices = await as(vera).experiments.choices({})
  expect(choices.metrics.map(({ source, name, experiments }) => [source, name, experiments])).toEqual([
    ['evaluation', 'accuracy', 3],
    ['cross-validation', 'accuracy', 1],
    ['training', 'accuracy', 1],
  ])
  expect(choices.estimators).toContainEqual({ kind: 'logistic-regression', name: 'logistic regression' })
  expect(choices.workflows.map(({ name }) => name)).toEqual(['Mail', 'Prices 100%'])
})

test('analysts pin, tag and note, viewers do not; every change stands in the audit log once', async () => {
  const id = made.low?.id ?? ''
  await expect(as(vera).experiments.annotate({ id, pinned: true })).rejects.toThrow('Your role is viewer; this needs analyst or above.')
  expect(await as(ann).experiments.annotate({ id, pinned: true, tags: ['best so far', 'best so far'] })).toEqual({
    pinned: true,
    tags: ['best so far'],
    note: '',
  })
  await as(ann).experiments.annotate({ id, note: 'less C' })
  await as(ann).experiments.annotate({ id, note: 'less C' })
  expect(await names()).toEqual(['low', 'after', 'unmeasured', 'failed', 'high'])
  expect(await names({ tag: 'best so far' })).toEqual(['low'])
  expect(await names({ search: 'LESS c' })).toEqual(['low'])
  expect((await as(vera).experiments.choices({})).tags).toEqual(['best so far'])
  const log = await listAudit(house.db, { object: 'experiment', limit: 9 })
  expect(log.map(({ action, actorName, after }) => [action, actorName, after])).toEqual([
    ['experiment.annotate', 'Ann', { pinned: true, tags: ['best so far'], note: 'less C' }],
    ['experiment.annotate', 'Ann', { pinned: true, tags: ['best so far'], note: '' }],
  ])
  await as(ann).experiments.annotate({ id, note: '', tags: [], pinned: false })
  expect(await names()).toEqual(['after', 'unmeasured', 'failed', 'high', 'low'])
  await expect(as(ann).experiments.annotate({ id: made.low?.runId ?? '', pinned: true })).rejects.toThrow('There is no such experiment.')
  await expect(as(ann).experiments.annotate({ id, tags: ['a,b'] })).rejects.toThrow('A tag has no comma.')
})

test('side by side: loss and classes of the kept reports, in the order asked for', async () => {
  const perClass = [
    {
      name: 'spam',
      rows: 4,
      predicted: 5,
      precision: 0.8,
      recall: 1,
      f1: 0.89,
      falsePositiveRate: 0,
      rocAuc: null,
      averagePrecision: null,
    },
  ]
  const evaluation = await house.artifacts.write(
    JSON.stringify({
      report: 'classification',
      rows: 4,
      classes: ['spam'],
      accuracy: 1,
      macroPrecision: 1,
      macroRecall: 1,
      macroF1: 1,
      logLoss: 0,
      rocAuc: null,
      averagePrecision: null,
      ece: 0,
      meanConfidence: 1,
      perClass,
      confusion: null,
      confusions: [],
      curves: [],
      calibration: [],
      mistakes: [],
    }),
  )
  const measured = await finishedTraining(house, {
    at: minute(0),
    evaluated: { report: report('classification', accuracy(1), evaluation) },
  })
  const compared = await as(vera).experiments.compare({ ids: [made.high?.id ?? '', measured.id] })
  expect(compared.map(({ id, loss, classes }) => [id, loss, classes?.perClass[0]?.recall])).toEqual([
    [made.high?.id, [], undefined],
    [measured.id, [], 1],
  ])
  await expect(as(vera).experiments.compare({ ids: [measured.runId] })).rejects.toThrow('One of these experiments is not there any more.')
})
