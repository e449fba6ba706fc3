import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TableValue } from '#core/ports/kinds'
import { emptyPlan, type FeatureStep } from '#core/ports/plan'
import { textStep } from '#ml/onnx/testing'
import { run as reduce } from './components/run'
import { components } from './components/spec'
import { withDescription } from './describe-step'
import { run as select } from './feature-selection/run'
import { featureSelection } from './feature-selection/spec'
import { type TestStageContext, testStageContext } from './testing'

let ctx: TestStageContext
let table: TableValue
const rows = 5_000
const all = Array.from({ length: rows }, (_, i) => i)
beforeAll(async () => {
  ctx = await testStageContext()
  table = await ctx.table([
    {
      column: { name: 'body', type: 'text' },
      values: all.map((i) => (i === 0 ? 'long '.repeat(1_000) : i % 2 === 0 ? 'free prize' : 'see report')),
    },
    { column: { name: 'n', type: 'integer' }, values: all },
    { column: { name: 'label', type: 'text' }, values: all.map((i) => (i % 7 === 0 ? null : i % 2 === 0 ? 'spam' : 'ham')) },
  ])
})
beforeEach(() => void ctx.logs.splice(0))
afterAll(() => ctx.dispose())

const number: FeatureStep = { kind: 'number', columns: ['n'], impute: 'median', indicator: false, scale: 'none' }
const text = textStep({ columns: ['body'], words: { min: 1, max: 1 }, weighting: 'count', sublinear: false, maxTerms: 100 })
const planned = (...features: FeatureStep[]): TableValue => ({ ...table, plan: { prepare: [], features } })
const read = async (made: Awaited<ReturnType<typeof withDescription>>) => ctx.readReport(made.report?.artifact ?? '', 'features')

test('looks at evenly spaced rows, at most 2,000, and at the start of long texts, and says so', async () => {
  const made = await withDescription(planned(text, number), ctx)
  expect(made.table).toEqual(planned(text, number))
  expect(await read(made)).toMatchObject({
    rows,
    sampled: 1_667,
    features: 1,
    parts: [{ column: 'n', examples: [{ before: 0 }, {}, { before: 2499 }, {}, { before: 4998 }] }],
  })
  const report = await read(await withDescription(planned(text), ctx))
  expect(report.notes).toEqual(['Of longer texts the first 2,000 characters were looked at.'])
  expect(report.parts).toMatchObject([{ top: [{ rows: 833 }, { rows: 833 }, { rows: 833 }, { rows: 833 }, { term: 'long', rows: 1 }] }])
})

test('a selection is shown against a column, without the rows that have no answer there', async () => {
  const params = featureSelection.params.parse({ keep: 1, against: 'label' })
  const made = await select({ params, inputs: { table: planned(text) }, ctx })
  expect(made.table.plan.features.at(-1)).toEqual({ kind: 'selection', columns: [], method: 'mutual-information', keep: 1, above: 0 })
  const { parts, sampled } = await read(made)
  expect(sampled).toBe(all.filter((i) => i % 3 === 0 && i % 7 !== 0).length)
  expect(parts).toMatchObject([{ part: 'selection', against: 'label', kept: 1, dropped: 3 }])
})

test('without other feature stages it selects among those that training derives', async () => {
  const params = featureSelection.params.parse({ keep: 2, against: 'label' })
  const { parts } = await read(await select({ params, inputs: { table }, ctx }))
  expect(parts).toMatchObject([{ part: 'selection', kept: 2 }])
  const two: FeatureStep = { kind: 'components', columns: [], components: 2, centre: true }
  const ofComponents = featureSelection.params.parse({ keep: 1, method: 'variance' })
  const projected = await read(await select({ params: ofComponents, inputs: { table: planned(two) }, ctx }))
  expect(projected.parts).toMatchObject([{ part: 'selection', kept: 1, dropped: 1 }])
})

test('components are shown of what the steps before them make, or else of what training derives', async () => {
  const params = components.params.parse({ components: 2 })
  const named = await read(await reduce({ params, inputs: { table: planned(text, number) }, ctx }))
  expect(named.parts).toMatchObject([{ part: 'components', made: 2, from: 6, strongest: [[{ feature: 'n' }, {}, {}, {}, {}, {}], {}] }])
  const { table: plain } = await reduce({ params, inputs: { table }, ctx })
  expect(plain.plan.features).toEqual([{ kind: 'components', columns: [], components: 2, centre: true }])
  expect((await read(await reduce({ params, inputs: { table }, ctx }))).parts).toMatchObject([{ part: 'components', made: 2 }])
})

test('a selection against a column that is not there is refused', async () => {
  const params = featureSelection.params.parse({ against: 'lable' })
  await expect(select({ params, inputs: { table }, ctx })).rejects.toMatchObject({
    message: expect.stringContaining('no column "lable"'),
    hint: { param: 'against' },
  })
})

test('what cannot be described is no reason to fail: the log says why', async () => {
  const undated: FeatureStep = {
    kind: 'date',
    columns: ['body'],
    parts: ['year'],
    cyclic: false,
    ageTo: null,
    impute: 'mean',
    indicator: false,
    scale: 'none',
  }
  const made = await withDescription(planned(undated), ctx)
  expect(made.report).toBeUndefined()
  expect(ctx.logs).toEqual([
    { level: 'warn', text: expect.stringMatching(/cannot be shown: The column "body" holds no date that can be read/) },
  ])
})

test('an empty table has nothing to look at', async () => {
  const empty = await ctx.table([{ column: { name: 'n', type: 'number' }, values: [] }], { ...emptyPlan, features: [number] })
  expect(await withDescription(empty, ctx)).toEqual({ table: empty })
})
