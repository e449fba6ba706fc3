import { afterEach, beforeEach, expect, it } from 'vitest'
import { run as runBatchPredict } from '../batch-predict/run'
import { batchPredict } from '../batch-predict/spec'
import { run as runComponents } from '../components/run'
import { components } from '../components/spec'
import { run as runCrossValidate } from '../cross-validate/run'
import { crossValidate } from '../cross-validate/spec'
import { run as runEvaluate } from '../evaluate/run'
import { evaluate } from '../evaluate/spec'
import { type TestStageContext, testStageContext } from '../testing'
import { trainModel } from '../train-model'
import { run } from './run'
import { kMeans } from './spec'

let ctx: TestStageContext
beforeEach(async () => {
  ctx = await testStageContext()
})
afterEach(() => ctx.dispose())

/** Three kinds of customers: 60 who spend little, 40 who spend much, 20 on the plan that nobody else has. */
const customers = () => {
  const all = Array.from({ length: 120 }, (_, i) => i)
  const kind = (i: number) => (i < 60 ? 0 : i < 100 ? 1 : 2)
  return ctx.table([
    { column: { name: 'spent', type: 'number' }, values: all.map((i) => (kind(i) === 1 ? 900 : 100) + (i % 9)) },
    { column: { name: 'visits', type: 'integer' }, values: all.map((i) => (kind(i) === 2 ? 30 : 5) + (i % 3)) },
    { column: { name: 'plan', type: 'text' }, values: all.map((i) => (kind(i) === 2 ? 'club' : 'basic')) },
    { column: { name: 'id', type: 'text' }, values: all.map((i) => `c${i % 7}`) },
  ])
}
const cluster = async (params: Record<string, unknown> = {}) =>
  run({ params: kMeans.params.parse({ clusters: 3, leaveOut: ['id'], ...params }), inputs: { train: await customers() }, ctx })

it('writes the numbers over a column of their name, in its place, as the pickers were told', async () => {
  const { table } = await cluster({ name: 'plan', leaveOut: ['id'] })
  const told = kMeans.columns?.(kMeans.params.parse({ name: 'plan' }), { train: (await customers()).columns }, {})
  expect(told?.table?.map(({ name }) => name)).toEqual(['spent', 'visits', 'plan', 'id'])
  expect(table.columns.map(({ name }) => name)).toEqual(['spent', 'visits', 'plan', 'id'])
})

it('numbers the clusters by size, says what is typical of each in the unit of the column, and adds the number to each row', async () => {
  const { model, report, table } = await cluster()
  expect(table.columns.map(({ name }) => name)).toEqual(['spent', 'visits', 'plan', 'id', 'cluster'])
  const rows = await ctx.cells(table)
  expect(rows.map((row) => row.at(-1))).toEqual([
    ...new Array<string>(60).fill('1'),
    ...new Array<string>(40).fill('2'),
    ...new Array<string>(20).fill('3'),
  ])
  expect(model.signature).toMatchObject({ target: 'cluster', inputs: [{ name: 'plan' }, { name: 'spent' }, { name: 'visits' }] })
  const clusters = await ctx.readReport(report.artifact, 'clusters')
  expect(clusters.clusters.map(({ name, rows }) => [name, rows])).toEqual([
    ['1', 60],
    ['2', 40],
    ['3', 20],
  ])
  expect(clusters.silhouette?.value).toBeGreaterThan(0.9)
  const second = clusters.clusters[1]?.typical[0]
  expect(second).toMatchObject({ feature: 'spent', kind: 'number' })
  expect(second?.cluster).toBeCloseTo(904, -1)
  expect(second?.overall).toBeCloseTo(370, -1)
  const club = clusters.clusters[2]?.typical.find(({ feature }) => feature === 'plan = club')
  expect(club).toMatchObject({ kind: 'share', cluster: 1 })
  expect(club?.overall).toBeCloseTo(20 / 120, 9)
  expect(clusters.clusters[2]?.nearest[0]?.text).toMatch(/^plan club, spent 10\d, visits 3[012]$/)
  expect(clusters.picture.points).toHaveLength(120)
  expect(clusters.parity?.native).toBeLessThanOrEqual(1e-5)
})

it('trained again from its recipe it has the same bytes; its model answers a batch as the table says', async () => {
  const { model, table } = await cluster()
  const train = await customers()
  const { recipe } = model
  if (!recipe) throw new Error('no recipe')
  const again = await trainModel({ ...recipe, table: { ...train, plan: recipe.plan } }, ctx)
  expect(again.model.artifact).toBe(model.artifact)
  const batch = await runBatchPredict({ params: batchPredict.params.parse({}), inputs: { model, table: train }, ctx })
  expect((await ctx.cells(batch.table)).map((row) => row[4])).toEqual((await ctx.cells(table)).map((row) => row[4]))
})

it('on components, clusters are told by the columns that they are made of', async () => {
  const { table } = await runComponents({ params: components.params.parse({ components: 2 }), inputs: { table: await customers() }, ctx })
  const { model, report } = await run({ params: kMeans.params.parse({ clusters: 3, leaveOut: ['id'] }), inputs: { train: table }, ctx })
  expect(model.terms).toBe(2)
  const clusters = await ctx.readReport(report.artifact, 'clusters')
  expect(clusters.clusters[1]?.typical[0]?.feature).toBe('spent')
  expect(clusters.notes.at(-1)).toMatch(/^2 components of 4 features: they keep 9\d\.\d % of the variance\.$/)
})

it('says what cannot be done with clusters, and what is wrong with its params', async () => {
  const { model, table } = await cluster()
  await expect(runEvaluate({ params: evaluate.params.parse({}), inputs: { model, table }, ctx })).rejects.toThrow(
    /nothing to evaluate it by/,
  )
  await expect(runCrossValidate({ params: crossValidate.params.parse({}), inputs: { model }, ctx })).rejects.toThrow(
    /without right answers/,
  )
  await expect(cluster({ leaveOut: ['name'] })).rejects.toMatchObject({ hint: { param: 'leaveOut' } })
  await expect(cluster({ clusters: 200 })).rejects.toThrow(/120 rows cannot form 200 clusters/)
  await expect(cluster({ leaveOut: ['id', 'spent', 'visits', 'plan'] })).rejects.toThrow(/No column of the table can be a feature/)
})
