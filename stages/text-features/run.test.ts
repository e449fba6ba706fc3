import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TableValue } from '#core/ports/kinds'
import { run as runCategories } from '../category-features/run'
import { categoryFeatures } from '../category-features/spec'
import { run as runNumbers } from '../number-features/run'
import { numberFeatures } from '../number-features/spec'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { textFeatures } from './spec'

let ctx: TestStageContext
let table: TableValue
beforeAll(async () => {
  ctx = await testStageContext()
  table = await ctx.table([
    { column: { name: 'body', type: 'text' }, values: ['a', 'b', null] },
    { column: { name: 'hour', type: 'number' }, values: [1, null, 3] },
    { column: { name: 'empty', type: 'text' }, values: [null, null, null] },
  ])
})
afterAll(() => ctx.dispose())

test('feature stages append unfitted steps and leave the rows alone', async () => {
  const text = await run({ params: textFeatures.params.parse({ columns: ['body'], chars: '2-5' }), inputs: { table }, ctx })
  const category = await runCategories({ params: categoryFeatures.params.parse({ columns: ['body'] }), inputs: text, ctx })
  const number = await runNumbers({ params: numberFeatures.params.parse({ columns: ['hour'] }), inputs: category, ctx })
  expect(number.table.artifact).toBe(table.artifact)
  expect(table.plan.features).toEqual([])
  expect(number.table.plan.features).toEqual([
    {
      kind: 'text',
      columns: ['body'],
      words: { min: 1, max: 2 },
      chars: { min: 2, max: 5 },
      weighting: 'tf-idf',
      sublinear: true,
      lowercase: true,
      minRows: 2,
      maxShare: 1,
      maxTerms: 50_000,
    },
    { kind: 'category', columns: ['body'], minRows: 2, maxValues: 1_000, encoding: 'one-hot' },
    { kind: 'number', columns: ['hour'], impute: 'median', indicator: false, scale: 'standard' },
  ])
})

test('a text column chosen as number names the column and offers the stage that fits', async () => {
  const error = await runNumbers({ params: numberFeatures.params.parse({ columns: ['body'] }), inputs: { table }, ctx }).catch((e) => e)
  expect(error.message).toContain('Column "body" is text; this stage reads number or integer.')
  expect(error.hint).toMatchObject({ param: 'columns', column: 'body', fix: { kind: 'insert-stage', value: 'text-features' } })
})

test.each([
  [{ columns: [] }, 'Choose at least one column.'],
  [{ columns: ['subject'] }, 'There is no column "subject"; there are body, hour, empty.'],
  [{ columns: ['empty'] }, 'Column "empty" has no value in any of the 3 rows.'],
  [{ columns: ['body'], words: 'none' }, 'With neither words nor characters there are no terms'],
  [{ columns: ['body'], chars: '2-5', hashing: '12' }, 'Only words can be hashed'],
])('%j says what is wrong', async (input, message) => {
  await expect(run({ params: textFeatures.params.parse(input), inputs: { table }, ctx })).rejects.toThrow(message)
})
