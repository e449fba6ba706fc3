import { afterEach, beforeEach, expect, it } from 'vitest'
import { estimatorSchema } from '#core/estimators/estimators'
import { smallMail } from '../fixtures/small-mail'
import { type TestStageContext, testStageContext } from '../testing'
import { trainModel } from '../train-model'
import { run } from './run'
import { featureSelection } from './spec'

let ctx: TestStageContext
beforeEach(async () => {
  ctx = await testStageContext()
})
afterEach(() => ctx.dispose())

const estimator = estimatorSchema.parse({ kind: 'logistic-regression' })

it('a model reads only the best features, under their names', async () => {
  const params = featureSelection.params.parse({ keep: 5, method: 'chi-square' })
  const { table } = await run({ params, inputs: { table: await smallMail(ctx) }, ctx })
  const { model, report } = await trainModel({ table, target: 'label', estimator, calibration: 'none' }, ctx)
  expect(model.terms).toBe(5)
  const { strongest } = await ctx.readReport(report.artifact, 'training')
  expect(strongest.flatMap(({ features }) => features).every(({ feature }) => feature.startsWith('body: '))).toBe(true)
})

it('without other feature stages it selects among the features that the training chooses', async () => {
  const mail = await smallMail(ctx)
  const { table } = await run({
    params: featureSelection.params.parse({ keep: 7 }),
    inputs: { table: { ...mail, plan: { prepare: [], features: [] } } },
    ctx,
  })
  const { model } = await trainModel({ table, target: 'label', estimator, calibration: 'none' }, ctx)
  expect(model.terms).toBe(7)
  expect(model.recipe?.plan.features.map(({ kind }) => kind).slice(-2)).toEqual(['number', 'selection'])
})

it('a selection that leaves nothing says so', async () => {
  const params = featureSelection.params.parse({ above: 100 })
  const { table } = await run({ params, inputs: { table: await smallMail(ctx) }, ctx })
  await expect(trainModel({ table, target: 'label', estimator, calibration: 'none' }, ctx)).rejects.toThrow(/leaves nothing/)
})
