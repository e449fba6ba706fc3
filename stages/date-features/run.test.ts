import { afterEach, beforeEach, expect, it } from 'vitest'
import { estimatorSchema } from '#core/estimators/estimators'
import { smallMail } from '../fixtures/small-mail'
import { smallPeople } from '../fixtures/small-people'
import { predictTable } from '../predict-rows'
import { type TestStageContext, testStageContext } from '../testing'
import { trainModel } from '../train-model'
import { run } from './run'
import { dateFeatures } from './spec'

let ctx: TestStageContext
beforeEach(async () => {
  ctx = await testStageContext()
})
afterEach(() => ctx.dispose())

const at = (i: number) => new Date(Date.UTC(2024, 0, 1 + i, (i * 7) % 24)).toISOString()

/** Orders of every day from Monday 1 January 2024; on a weekend they come from home. */
function orders(rows: number, from = 0, asText = false) {
  const all = Array.from({ length: rows }, (_, i) => from + i)
  return ctx.table([
    { column: { name: 'at', type: asText ? 'text' : 'timestamp' }, values: all.map((i) => (i % 10 === 9 ? null : at(i))) },
    { column: { name: 'from', type: 'text' }, values: all.map((i) => (i % 7 >= 5 ? 'home' : 'work')) },
  ])
}

it('a model learns the weekday of timestamps, and answers texts in ISO 8601 as it answers timestamps', async () => {
  const params = dateFeatures.params.parse({ columns: ['at'], parts: ['weekday'], cyclic: false, impute: 'none', scale: 'none' })
  const { table } = await run({ params, inputs: { table: await orders(140) }, ctx })
  const estimator = estimatorSchema.parse({ kind: 'gradient-boosting', trees: 20, minRows: 5 })
  const { model } = await trainModel({ table, target: 'from', estimator, calibration: 'none' }, ctx)
  expect(model.signature.inputs).toEqual([{ name: 'at', type: 'text', format: 'moment', example: '2024-01-01T00:00:00.000Z' }])
  const later = await predictTable(model, await orders(70, 700), ctx)
  const asTexts = await predictTable(model, await orders(70, 700, true), ctx)
  expect(asTexts).toEqual(later)
  if (later.task !== 'classification') throw new Error('no classifier')
  const dated = later.labels.filter((_, i) => i % 10 !== 9)
  expect(dated).toEqual(Array.from({ length: 70 }, (_, i) => (i % 7 >= 5 ? 'home' : 'work')).filter((_, i) => i % 10 !== 9))
})

it('plans what the params say', async () => {
  const given = await smallPeople(ctx)
  const params = dateFeatures.params.parse({ columns: ['since'], parts: ['year'], age: 'moment', ageTo: '2025-01-01' })
  const { table } = await run({ params, inputs: { table: given }, ctx })
  expect(table.plan.features.at(-1)).toEqual({
    kind: 'date',
    columns: ['since'],
    parts: ['year'],
    cyclic: true,
    ageTo: '2025-01-01',
    impute: 'mean',
    indicator: false,
    scale: 'standard',
  })
})

it.each([
  [{ columns: ['amount'] }, { param: 'columns', column: 'amount' }],
  [{ columns: ['since'], parts: [] }, { param: 'parts' }],
  [{ columns: ['since'], age: 'moment' }, { param: 'ageTo' }],
])('%j is refused', async (given, hint) => {
  const params = dateFeatures.params.parse(given)
  await expect(run({ params, inputs: { table: await smallPeople(ctx) }, ctx })).rejects.toMatchObject({ code: 'bad_params', hint })
})

it('a text column without any date is refused by name when it is trained on', async () => {
  const mail = await smallMail(ctx)
  const params = dateFeatures.params.parse({ columns: ['body'] })
  const { table } = await run({ params, inputs: { table: { ...mail, plan: { prepare: [], features: [] } } }, ctx })
  const estimator = estimatorSchema.parse({ kind: 'logistic-regression' })
  await expect(trainModel({ table, target: 'label', estimator, calibration: 'none' }, ctx)).rejects.toThrow(
    /"body" holds no date that can be read, for example "/,
  )
})

it.each(['gradient-boosting', 'logistic-regression'])(
  'without a plan, %s reads timestamps as weekday, month, hour and age, and its recipe trains the same model again',
  async (kind) => {
    const estimator = estimatorSchema.parse({ kind })
    const settings = { target: 'from', estimator, calibration: 'none' } as const
    const table = await orders(140)
    const { model } = await trainModel({ table, ...settings }, ctx)
    expect(model.recipe?.plan.features).toMatchObject([{ kind: 'date', columns: ['at'], parts: ['month', 'weekday', 'hour'] }])
    expect(model.signature.inputs).toMatchObject([{ name: 'at', format: 'moment' }])
    expect(ctx.logs.filter(({ level }) => level === 'warn')).toEqual([])
    const again = await trainModel({ table: { ...table, plan: model.recipe?.plan ?? table.plan }, ...settings }, ctx)
    expect(again.model.artifact).toBe(model.artifact)
    const later = await predictTable(model, await orders(70, 210), ctx)
    if (later.task !== 'classification') throw new Error('no classifier')
    const known = later.labels.flatMap((label, i) => (i % 10 === 9 ? [] : [label === (i % 7 >= 5 ? 'home' : 'work')]))
    expect(known.filter(Boolean).length / known.length).toBeGreaterThan(0.9)
  },
)
