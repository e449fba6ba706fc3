import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { smallerResultSchema } from '#core/model/smaller'
import type { ModelValue, TableValue } from '#core/ports/kinds'
import { emptyPlan } from '#core/ports/plan'
import { listAudit, systemActor } from '#db/queries/audit'
import { advanceJob, createJob, type JobRow } from '#db/queries/jobs'
import { getModelVersion } from '#db/queries/model-versions'
import { madeUpRows, textStep } from '#ml/onnx/testing'
import type { JobHandler } from '#server/engine/jobs/handler'
import { openJobContext } from '#server/engine/jobs/job-context'
import { quantiseModel } from '#server/engine/jobs/quantise-model'
import { verifyModel } from '#server/engine/jobs/verify-model'
import type { House } from '#server/house'
import { finishedTraining } from '#server/testing/finished-training'
import { testHouse } from '#server/testing/test-house'
import { run as evaluateRun } from '#stages/evaluate/run'
import { evaluate } from '#stages/evaluate/spec'
import { trainAgain } from '#stages/train-again'
import { describeVersion } from './describe-models'
import { acceptSmaller } from './make-smaller'
import { registerModel } from './register-model'

let house: House
let model: ModelValue
let table: TableValue
let runId: string
const made = madeUpRows(900)
const texts = made.texts.map((text, i) => `${text} word${i % 500} und${(i * 7) % 300}`)

beforeAll(async () => {
  house = await testHouse()
  const context = await openJobContext(house, { type: 'test', title: 'test', seed: 7, progress: () => undefined })
  const { ctx } = context
  const write = async (from: number, to: number): Promise<TableValue> => ({
    kind: 'table',
    ...(await ctx.tables.write([
      { column: { name: 'text', type: 'text' }, values: texts.slice(from, to) },
      { column: { name: 'label', type: 'text' }, values: made.labels.slice(from, to) },
    ])),
    plan: { ...emptyPlan, features: [textStep({})] },
  })
  table = await write(600, 900)
  const train = await write(0, 600)
  const recipe = {
    estimator: { kind: 'logistic-regression', c: 10, penalty: 'l2', l1Share: 0.5, balanced: false, maxEpochs: 60 },
    plan: train.plan,
    target: 'label',
    table: train.artifact,
    seed: 7,
    calibration: 'temperature',
  } as const
  model = await trainAgain(recipe, train, ctx)
  const { report, predictions } = await evaluateRun({ params: evaluate.params.parse({}), inputs: { model, table }, ctx })
  runId = (await finishedTraining(house, { rows: table, evaluated: { report, predictions } })).runId
  await registerModel(house, { name: 'tickets', model, report, aliases: [], description: '' }, { runId, stageId: 'train' }, systemActor)
  await context.close()
}, 120_000)
afterAll(() => house.close())

const args = (input: Record<string, unknown>): Parameters<JobHandler>[0] => ({
  house,
  job: { id: crypto.randomUUID(), subject: '', createdBy: null },
  input,
  progress: () => undefined,
  signal: new AbortController().signal,
})

/** The job as a worker leaves it. */
async function measured(version = 1): Promise<Pick<JobRow, 'id' | 'result'>> {
  const result = await quantiseModel(args({ model: 'tickets', version }))
  const id = crypto.randomUUID()
  await createJob(house.db, { id, kind: 'quantise-model', subject: `tickets@${version}`, input: {}, createdBy: null })
  await advanceJob(house.db, { id, event: 'start' })
  await advanceJob(house.db, { id, event: 'finish', result })
  return { id, result }
}

describe('a version in int8', () => {
  test('is measured on the rows of its evaluation before anybody accepts it', async () => {
    const { result } = await measured()
    const { measured: found, bytes, report } = smallerResultSchema.parse(result)
    expect(found).toMatchObject({ on: 'evaluation', rows: 300, bytes: { before: model.bytes, after: bytes } })
    expect(bytes).toBeLessThan(model.bytes * 0.9)
    expect(found.rowsPerSecond.after).toBeGreaterThan(0)
    expect(found.score).toMatchObject({ name: 'accuracy', before: expect.closeTo(found.score?.after ?? 0, 1) })
    expect(found.changed).toBeLessThan(0.05)
    expect(found.largestDifference).toBeGreaterThan(0)
    expect(found.parity).toBeLessThanOrEqual(1e-5)
    expect(report?.report).toBe('classification')
    await expect(getModelVersion(house.db, { model: 'tickets', number: 2 })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('becomes the next version when it is accepted, once, with its own metrics and where it comes from', async () => {
    const { id } = await measured()
    const accept = () => acceptSmaller(house, { model: 'tickets', version: 1, job: id, actor: systemActor })
    expect(await Promise.all([accept(), accept()])).toEqual([{ version: 2 }, { version: 2 }])
    const view = await describeVersion(house.db, { model: 'tickets', number: 2 })
    expect(view).toMatchObject({ weights: 'int8', smallerOf: 1, description: expect.stringMatching(/^int8 of v1: /), numbers: [2, 1] })
    expect(view.smaller?.on).toBe('evaluation')
    expect(view.lineage.runId).toBe(runId)
    expect(view.lineage.artifacts).toContain(model.artifact)
    expect(view.metrics.find(({ name }) => name === 'accuracy')?.value).toBe(view.smaller?.score?.after)
    expect((await describeVersion(house.db, { model: 'tickets', number: 1 })).weights).toBe('float32')
    const [line] = await listAudit(house.db, { search: 'model.register', limit: 1 })
    expect(line).toMatchObject({ objectId: 'tickets@2' })
  })

  test('is verified by training and rounding again', async () => {
    expect(await verifyModel(args({ model: 'tickets', version: 2 }))).toMatchObject({ equal: true, version: 2 })
    expect(await verifyModel(args({ model: 'tickets', version: 1 }))).toMatchObject({ equal: true, version: 1 })
  })

  test('is not made of another measurement, nor of one that is not done', async () => {
    const { id } = await measured()
    const accept = (version: number, job: string) => acceptSmaller(house, { model: 'tickets', version, job, actor: systemActor })
    await expect(accept(2, id)).rejects.toMatchObject({ code: 'not_found' })
    await expect(accept(1, crypto.randomUUID())).rejects.toMatchObject({ code: 'not_found' })
    const open = crypto.randomUUID()
    await createJob(house.db, { id: open, kind: 'quantise-model', subject: 'tickets@1', input: {}, createdBy: null })
    await expect(accept(1, open)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('is queued') })
  })

  test('is refused in a sentence where it does not pay', async () => {
    await expect(quantiseModel(args({ model: 'tickets', version: 2 }))).rejects.toMatchObject({
      code: 'bad_input',
      message: expect.stringMatching(/int8 would save 0 % of its /),
    })
  })
})
