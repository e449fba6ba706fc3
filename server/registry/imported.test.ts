import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ModelValue, TableValue } from '#core/ports/kinds'
import { createApiKey } from '#db/queries/api-keys'
import { listAudit, systemActor } from '#db/queries/audit'
import { golden, mixedFile, regressorFile } from '#ml/onnx/outside-samples'
import { appRouter } from '#server/api/root'
import { createCallerFactory } from '#server/api/trpc'
import { keepModelFile } from '#server/data/keep-model-file'
import { verifyModel } from '#server/engine/jobs/verify-model'
import type { House } from '#server/house'
import { deployVersion } from '#server/releases/change-release'
import { newApiKey } from '#server/serving/keys/key-ring'
import { runGateway } from '#server/serving/run-gateway'
import { registerRegressor } from '#server/testing/small-regressor'
import { testHouse } from '#server/testing/test-house'
import { run as importOnnx } from '#stages/import-onnx/run'
import { importOnnx as spec } from '#stages/import-onnx/spec'
import { type TestStageContext, testStageContext } from '#stages/testing'
import { registerModel } from './register-model'
import { tryModel } from './try-model'

let house: House
let stage: TestStageContext
const { age, visits, plan, leaves, proba } = golden.mixed
const admin = { id: 'system', name: 'Stageline', email: '', role: 'admin' as const }
const api = () => createCallerFactory(appRouter)({ house, actor: admin })

beforeAll(async () => {
  house = await testHouse()
  stage = await testStageContext()
})
afterAll(async () => {
  await stage.dispose()
  await house.close()
})

const upload = (bytes: Uint8Array, name: string, length = bytes.length) =>
  keepModelFile(house, { stream: Readable.from([Buffer.from(bytes)]), fileName: name, length, actor: systemActor })

/** Uploads a file, imports it in a stage, and registers what comes out. */
async function registerImported(name: string, bytes: Uint8Array, sample: TableValue, params: Record<string, unknown>): Promise<ModelValue> {
  const { artifact } = await upload(bytes, `${name}.onnx`)
  await stage.artifacts.write(await house.artifacts.read(artifact))
  const parsed = spec.params.parse({ file: { artifact, name: `${name}.onnx` }, ...params })
  const { model, report, evaluation } = await importOnnx({ params: parsed, inputs: { sample }, ctx: stage })
  for (const hash of [model.artifact, report.artifact, ...(evaluation ? [evaluation.artifact] : [])]) {
    await house.artifacts.write(await stage.artifacts.read(hash))
  }
  await registerModel(house, { name, model, report: evaluation, aliases: [], description: '' }, null, systemActor)
  return model
}

const customers = () =>
  stage.table([
    { column: { name: 'age', type: 'number' }, values: age },
    { column: { name: 'visits', type: 'integer' }, values: visits },
    { column: { name: 'plan', type: 'text' }, values: plan },
    { column: { name: 'leaves', type: 'integer' }, values: leaves },
  ])

test('an imported model is registered, shown, tried, verified, deployed and answers through the gateway', async () => {
  const model = await registerImported('churn', mixedFile(), await customers(), {
    target: 'leaves',
    classes: ['stays', 'goes'],
    columns: [],
  }).catch((error: Error) => error)
  // the right answers are 0 and 1, the names given are others
  expect(model).toMatchObject({ message: expect.stringMatching(/None of the right answers in "leaves"/) })
  await registerImported('churn', mixedFile(), await customers(), { target: 'leaves' })

  const version = await api().models.version({ name: 'churn', number: 1 })
  expect(version).toMatchObject({
    recipe: null,
    origin: { name: 'churn.onnx', producer: 'skl2onnx 1.0', opset: 15, columns: ['age', 'visits', 'plan'] },
    estimator: 'imported from churn.onnx (skl2onnx 1.0, opset 15)',
    classes: ['0', '1'],
  })
  expect(version.params).toContainEqual({ name: 'written by', value: 'skl2onnx 1.0' })
  expect(version.metrics.map(({ name }) => name)).toContain('accuracy')
  expect(version.lineage.artifacts).toContain(version.origin?.file)

  const row = { age: age[0] ?? 0, visits: visits[0] ?? 0, plan: plan[0] ?? '' }
  const tried = await tryModel(house, { model: 'churn', number: 1, row })
  if (!('label' in tried)) throw new Error('it answers classes')
  expect(tried.probabilities[1]?.value).toBeCloseTo(proba[0]?.[1] ?? -1, 5)

  const job = { id: 'job', subject: '', createdBy: null }
  const work = { house, job, input: { model: 'churn', version: 1 }, progress: () => {}, signal: new AbortController().signal }
  expect(await verifyModel(work)).toMatchObject({ equal: true, registered: version.artifact, imported: 'churn.onnx' })

  await deployVersion(house.db, { actor: systemActor, deployment: 'churn', versionId: version.id, share: 100, reason: 'test' })
  const { secret, hash, prefix } = newApiKey()
  await createApiKey(house.db, { name: 'caller', prefix, hash, deployments: null, createdBy: null })
  const gateway = await runGateway(house)
  try {
    const call = async (body: unknown) => {
      const response = await fetch(`${gateway.url}/v1/churn/predict`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}` },
        body: JSON.stringify(body),
      })
      return { status: response.status, json: await response.json() }
    }
    const rows = age.map((each, i) => ({ age: each, visits: visits[i], plan: plan[i] }))
    const { status, json } = await call(rows)
    expect(status).toBe(200)
    for (const [i, answer] of json.predictions.entries()) expect(answer.probabilities['1']).toBeCloseTo(proba[i]?.[1] ?? -1, 5)
    expect(await call({ ...row, visits: null })).toMatchObject({ status: 422, json: { error: expect.anything() } })
    expect((await call({ ...row, visits: 'many' })).status).toBe(422)
  } finally {
    await gateway.close()
  }
})

test('an imported regressor is verified too, and a changed original is told apart', async () => {
  const x = golden.x
  const sample = await stage.table([
    ...['a', 'b', 'c', 'd'].map((name, k) => ({ column: { name, type: 'number' as const }, values: x.map((each) => each[k] ?? 0) })),
    { column: { name: 'price', type: 'number' }, values: golden.price },
  ])
  const model = await registerImported('homes', regressorFile(), sample, { columns: ['a', 'b', 'c', 'd'], target: 'price' })
  const job = { id: 'job', subject: '', createdBy: null }
  const work = { house, job, input: { model: 'homes', version: 1 }, progress: () => {}, signal: new AbortController().signal }
  expect(await verifyModel(work)).toMatchObject({ equal: true })
  const other = await upload(mixedFile(), 'other.onnx')
  const { origin } = model
  if (!origin) throw new Error('it was imported')
  await registerModel(
    house,
    {
      name: 'mixed-up',
      model: { ...model, origin: { ...origin, file: other.artifact, columns: ['a', 'b', 'c'], answer: { form: 'number', width: 1 } } },
      aliases: [],
      description: '',
    },
    null,
    systemActor,
  )
  expect(await verifyModel({ ...work, input: { model: 'mixed-up', version: 1 } })).toMatchObject({ equal: false })
})

test('an imported version compares with one that was trained here', async () => {
  await registerRegressor(house, 'homes')
  const { params, data, signature } = await api().models.compare({ name: 'homes', left: 1, right: 2 })
  expect(params).toContainEqual({ name: 'imported from', live: 'homes.onnx', candidate: null })
  expect(data.map(({ name }) => name)).toEqual(expect.arrayContaining(['model file', 'training table']))
  expect(signature.map(({ name }) => name)).toContain('area')
  expect((await api().models.get({ name: 'homes' })).versions.map(({ estimator }) => estimator)).toEqual([
    'linear regression',
    'imported from homes.onnx (skl2onnx 1.0, opset 15)',
  ])
})

test('an upload is read before it is kept', async () => {
  expect(await upload(mixedFile(), 'C:\\models\\churn.onnx')).toMatchObject({
    name: 'churn.onnx',
    facts: 'skl2onnx 1.0, opset 15, reads age float [N, 1]; visits int64 [N, 1]; plan string [N, 1]',
  })
  const entries = await listAudit(house.db, { object: 'model-file', limit: 10 })
  expect(entries[0]).toMatchObject({ action: 'model-file.upload', after: { name: 'churn.onnx', bytes: mixedFile().length } })
  await expect(upload(new Uint8Array(0), 'empty.onnx')).rejects.toThrow(/not an \.onnx file/)
  await expect(upload(new TextEncoder().encode('a,b\n1,2\n'), 'table.onnx')).rejects.toMatchObject({ code: 'bad_file' })
  await expect(upload(mixedFile(), 'half.onnx', 1_000_000)).rejects.toThrow(/Only \d+ of 1000000 bytes/)
  await expect(upload(mixedFile(), 'huge.onnx', 300 * 2 ** 20)).rejects.toMatchObject({ code: 'too_large' })
})
