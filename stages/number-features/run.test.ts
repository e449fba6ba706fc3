import { afterEach, beforeEach, expect, it } from 'vitest'
import { fitFeatures, transformFeatures } from '#ml/features/fit-plan'
import { readRawColumns } from '#ml/features/read-raw-columns'
import { smallPeople } from '../fixtures/small-people'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { numberFeatures } from './spec'

let ctx: TestStageContext
beforeEach(async () => {
  ctx = await testStageContext()
})
afterEach(() => ctx.dispose())

/** What the step that the stage plans makes of the rows 2, missing, 4, 12 when it is fitted on all of them. */
async function features(params: Record<string, unknown>): Promise<number[]> {
  const given = await ctx.table([{ column: { name: 'x', type: 'number' }, values: [2, null, 4, 12] }])
  const { table } = await run({ params: numberFeatures.params.parse({ columns: ['x'], ...params }), inputs: { table: given }, ctx })
  const raw = await readRawColumns(await ctx.tables.read(table.artifact, ['x']), table.plan.features)
  const rows = Int32Array.of(0, 1, 2, 3)
  return [...transformFeatures(await fitFeatures(raw, rows), raw, rows).values]
}

// The median of 2, 4, 12 is 4, their mean 6. Filled with 6: mean 6, deviation sqrt((16 + 0 + 4 + 36) / 4) = sqrt(14).
it.each([
  [{ impute: 'median', scale: 'none' }, [2, 4, 4, 12]],
  [{ impute: 'mean', scale: 'none' }, [2, 6, 4, 12]],
  [{ impute: 'zero', scale: 'none' }, [2, 0, 4, 12]],
  [{ impute: 'median', scale: 'minmax' }, [0, 0.2, 0.2, 1]],
  [{ impute: 'mean', scale: 'standard' }, [-4, 0, -2, 6].map((value) => value / Math.sqrt(14))],
  [{ impute: 'zero', scale: 'none', indicator: true }, [2, 0, 0, 1, 4, 0, 12, 0]],
  [{ impute: 'constant', constant: -1, scale: 'none' }, [2, -1, 4, 12]],
  // Filled with 4: median 4, quartiles 3.5 and 6.
  [{ impute: 'median', scale: 'robust' }, [-0.8, 0, 0, 3.2]],
  [{ impute: 'zero', scale: 'log' }, [Math.log(3), 0, Math.log(5), Math.log(13)]],
  // Filled with 4: 2, 4, 4, 12; below 7 and from 7.
  [{ impute: 'median', bins: 'width', binCount: 2 }, [1, 1, 1, 1]],
])('%j', async (params, expected) => {
  const found = await features(params)
  expect(found).toHaveLength(expected.length)
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 6)
})

it('appends to the plan that is there, and leaves the rows alone', async () => {
  const given = await smallPeople(ctx)
  const { table } = await run({ params: numberFeatures.params.parse({ columns: ['amount', 'id'] }), inputs: { table: given }, ctx })
  expect(table.artifact).toBe(given.artifact)
  expect(table.plan.features).toEqual([
    ...given.plan.features,
    { kind: 'number', columns: ['amount', 'id'], impute: 'median', indicator: false, scale: 'standard' },
  ])
  expect(ctx.figures).toEqual([{ value: 2, label: 'number columns' }])
})

it.each([
  ['city', 'Column "city" is text; this stage reads number or integer. Text features fits it.', 'text-features'],
  ['active', 'Column "active" is boolean; this stage reads number or integer. Category features fits it.', 'category-features'],
  ['since', 'Column "since" is timestamp; this stage reads number or integer. Date features fits it.', 'date-features'],
])('column %s', async (column, message, fit) => {
  const params = numberFeatures.params.parse({ columns: [column] })
  await expect(run({ params, inputs: { table: await smallPeople(ctx) }, ctx })).rejects.toMatchObject({
    code: 'bad_params',
    message,
    hint: { param: 'columns', column, fix: { kind: 'insert-stage', value: fit } },
  })
})
