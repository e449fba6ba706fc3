import { afterEach, beforeEach, expect, it } from 'vitest'
import { fitFeatures, transformFeatures } from '#ml/features/fit-plan'
import { featureName } from '#ml/features/fitted-features'
import { readRawColumns } from '#ml/features/read-raw-columns'
import { smallPeople } from '../fixtures/small-people'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { categoryFeatures } from './spec'

let ctx: TestStageContext
beforeEach(async () => {
  ctx = await testStageContext()
})
afterEach(() => ctx.dispose())

/** The one feature of each row, after fitting on the first five rows: a a b b c, then d, which the training has not seen. */
async function features(params: Record<string, unknown>): Promise<(string | null)[]> {
  const given = await ctx.table([{ column: { name: 'k', type: 'text' }, values: ['a', 'a', 'b', 'b', 'c', 'd', null] }])
  const { table } = await run({ params: categoryFeatures.params.parse({ columns: ['k'], ...params }), inputs: { table: given }, ctx })
  const raw = await readRawColumns(await ctx.tables.read(table.artifact, ['k']), table.plan.features)
  const fitted = await fitFeatures(raw, Int32Array.of(0, 1, 2, 3, 4))
  const x = transformFeatures(fitted, raw, Int32Array.of(0, 1, 2, 3, 4, 5, 6))
  return Array.from({ length: x.rows }, (_, row) => {
    const at = x.ptr[row] ?? 0
    return x.ptr[row + 1] === at ? null : featureName(fitted, x.ids[at] ?? 0)
  })
}

const other = 'k is another value'
it.each([
  [{ minRows: 1 }, ['k = a', 'k = a', 'k = b', 'k = b', 'k = c', null, null]],
  [{ minRows: 2 }, ['k = a', 'k = a', 'k = b', 'k = b', other, other, other]],
  [{ minRows: 1, maxValues: 1 }, ['k = a', 'k = a', other, other, other, other, other]],
])('%j: rare values share one feature, as do unseen ones when there is one', async (params, expected) => {
  expect(await features(params)).toEqual(expected)
})

it('takes texts, yes-or-no and whole numbers, and appends to the plan that is there', async () => {
  const given = await smallPeople(ctx)
  const params = categoryFeatures.params.parse({ columns: ['city', 'active', 'id'], minRows: 5 })
  const { table } = await run({ params, inputs: { table: given }, ctx })
  expect(table.artifact).toBe(given.artifact)
  expect(table.plan.features.at(-1)).toEqual({
    kind: 'category',
    columns: ['city', 'active', 'id'],
    minRows: 5,
    maxValues: 1000,
    encoding: 'one-hot',
  })
  expect(table.plan.features).toHaveLength(given.plan.features.length + 1)
  expect(ctx.figures).toEqual([{ value: 3, label: 'category columns' }])
})

it.each([
  [[], 'Choose at least one column.', {}],
  [['citty'], 'There is no column "citty"; there are id, name, city, amount, active, since, note.', { column: 'citty' }],
  [
    ['amount'],
    'Column "amount" is number; this stage reads text or boolean or integer. Number features fits it.',
    { column: 'amount', fix: { label: 'Insert Number features', kind: 'insert-stage', value: 'number-features' } },
  ],
])('columns %j', async (columns, message, hint) => {
  const params = categoryFeatures.params.parse({ columns })
  await expect(run({ params, inputs: { table: await smallPeople(ctx) }, ctx })).rejects.toMatchObject({
    code: 'bad_params',
    message,
    hint: { param: 'columns', ...hint },
  })
})
