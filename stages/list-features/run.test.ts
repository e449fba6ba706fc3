import { afterEach, beforeEach, expect, it } from 'vitest'
import { fitFeatures, transformFeatures } from '#ml/features/fit-plan'
import { featureName } from '#ml/features/fitted-features'
import { readRawColumns } from '#ml/features/read-raw-columns'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { listFeatures } from './spec'

let ctx: TestStageContext
beforeEach(async () => {
  ctx = await testStageContext()
})
afterEach(() => ctx.dispose())

/** The features of each row, after fitting on the first three. */
async function features(values: (string | null)[], params: Record<string, unknown>): Promise<string[][]> {
  const given = await ctx.table([{ column: { name: 'tags', type: 'text' }, values }])
  const { table } = await run({ params: listFeatures.params.parse({ columns: ['tags'], ...params }), inputs: { table: given }, ctx })
  expect(table.artifact).toBe(given.artifact)
  const raw = await readRawColumns(await ctx.tables.read(table.artifact, ['tags']), table.plan.features)
  const fitted = await fitFeatures(raw, Int32Array.of(0, 1, 2))
  const x = transformFeatures(
    fitted,
    raw,
    Int32Array.from(values, (_, row) => row),
  )
  expect(x.values.every((value) => value === 1)).toBe(true)
  return Array.from({ length: x.rows }, (_, row) =>
    Array.from(x.ids.subarray(x.ptr[row], x.ptr[row + 1]), (term) => featureName(fitted, term)).sort(),
  )
}

it.each([
  [{}, ['red|blue', 'red||red', 'blue|Red', 'red|green', null], [['blue', 'red'], ['red'], ['blue'], ['red'], []]],
  [{ minRows: 1, separator: ', ' }, ['a b, c', 'c,d', 'a b', 'c, a b', ''], [['a b', 'c'], ['c,d'], ['a b'], ['a b', 'c'], []]],
  [{ minRows: 1, maxValues: 1 }, ['x|y', 'y', 'z', 'x|y|z', 'x'], [['y'], ['y'], [], ['y'], []]],
])('%j', async (params, values, expected) => {
  expect(await features(values, params)).toEqual(expected.map((row) => row.map((entry) => `tags has ${entry}`)))
})

it('says which column it reads', async () => {
  await features(['a', 'b', 'c'], { minRows: 1 })
  expect(ctx.figures).toEqual([{ value: 1, label: 'column of lists' }])
})
