import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ModelValue, TableValue } from '#core/ports/kinds'
import { emptyPlan } from '#core/ports/plan'
import { madeUpRows, textStep } from '#ml/onnx/testing'
import type { StageCalls } from '../define'
import { type TestStageContext, testStageContext } from '../testing'
import { trainModel } from '../train-model'
import { run } from './run'
import { register } from './spec'

type Registered = Parameters<StageCalls['registerModel']>[0]

let ctx: TestStageContext
let model: ModelValue
let rows: TableValue
const registered: Registered[] = []
const made = madeUpRows(500)
const texts = made.texts.map((text, i) => `${text} word${i % 300}`)

beforeAll(async () => {
  ctx = await testStageContext({
    calls: {
      async registerModel(input) {
        registered.push(input)
        return { versionId: 'id', version: 1 }
      },
    },
  })
  const table = await ctx.table(
    [
      { column: { name: 'text', type: 'text' }, values: texts.slice(0, 400) },
      { column: { name: 'label', type: 'text' }, values: made.labels.slice(0, 400) },
    ],
    { ...emptyPlan, features: [textStep({})] },
  )
  rows = await ctx.table([
    { column: { name: 'text', type: 'text' }, values: texts.slice(400) },
    { column: { name: 'label', type: 'text' }, values: made.labels.slice(400) },
  ])
  const estimator = { kind: 'logistic-regression', c: 10, penalty: 'l2', l1Share: 0.5, balanced: false, maxEpochs: 40 } as const
  model = (await trainModel({ table, target: 'label', estimator, calibration: 'none' }, ctx)).model
})
afterAll(() => ctx.dispose())

const put = (params: Record<string, unknown>, inputs: { model?: ModelValue; sample?: TableValue } = {}) =>
  run({ params: register.params.parse({ name: 'tickets', ...params }), inputs: { model, ...inputs }, ctx })

describe('int8', () => {
  it('registers the smaller file with what it cost, measured on the sample rows', async () => {
    const { model: out } = await put({ weights: 'int8', tolerance: 5 }, { sample: rows })
    const [{ model: sent, int8 } = { model, int8: undefined }] = registered.slice(-1)
    expect(sent.artifact).toBe(out.artifact)
    expect(out.bytes).toBeLessThan(model.bytes * 0.9)
    expect(int8).toMatchObject({ of: null, measured: { on: 'sample', rows: 100, bytes: { before: model.bytes, after: out.bytes } } })
    expect(ctx.logs.map(({ text }) => text).join('\n')).toMatch(/^int8: .+ rows a second, accuracy .+ \(100 sample rows\)\.$/m)
  })

  it('is measured on the training rows when there are no others, and is off by default', async () => {
    await put({ weights: 'int8', tolerance: 5 })
    expect(registered.at(-1)?.int8?.measured).toMatchObject({ on: 'training', rows: 400 })
    const { model: out } = await put({})
    expect([out.artifact, registered.at(-1)?.int8]).toEqual([model.artifact, undefined])
  })

  it('registers nothing when more is lost than tolerated', async () => {
    const before = registered.length
    // Without right answers, every row that is answered otherwise counts; 0 points tolerate none.
    const unlabelled = await ctx.table([{ column: { name: 'text', type: 'text' }, values: texts }])
    const outcome = await put({ weights: 'int8', tolerance: 0 }, { sample: unlabelled }).then(
      () => null,
      (error: unknown) => error,
    )
    const changed = registered.at(-1)?.int8?.measured.changed
    if (outcome === null) expect(changed).toBe(0)
    else {
      expect(outcome).toMatchObject({
        code: 'gate_failed',
        hint: { param: 'weights' },
        message: expect.stringContaining('Register it in float32'),
      })
      expect(registered).toHaveLength(before)
    }
  })

  it('says in a sentence where it does not pay', async () => {
    const small = {
      ...model,
      recipe: model.recipe && {
        ...model.recipe,
        estimator: { kind: 'nearest-neighbours', k: 5, weighting: 'uniform', metric: 'euclidean' } as const,
      },
    }
    await expect(put({ weights: 'int8' }, { model: small })).rejects.toMatchObject({
      code: 'bad_input',
      message: expect.stringContaining('A nearest-neighbours model holds training rows'),
    })
  })
})
