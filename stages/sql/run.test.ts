import { afterEach, beforeEach, expect, it } from 'vitest'
import { smallPeople } from '../fixtures/small-people'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'

let ctx: TestStageContext
beforeEach(async () => {
  ctx = await testStageContext()
})
afterEach(() => ctx.dispose())

it('joins its inputs', async () => {
  const a = await smallPeople(ctx)
  const b = await ctx.table([
    { column: { name: 'city', type: 'text' }, values: ['Gent', 'Luik'] },
    { column: { name: 'region', type: 'text' }, values: ['north', 'south'] },
  ])
  const { table } = await run({
    params: { sql: 'SELECT a.id, b.region FROM a JOIN b USING (city) ORDER BY a.id, region;' },
    inputs: { a, b },
    ctx,
  })
  expect(await ctx.cells(table)).toEqual([
    [1, 'north'],
    [3, 'north'],
    [3, 'north'],
    [5, 'south'],
    [6, 'north'],
  ])
})

it('keeps what of the plan still has its columns', async () => {
  const a = await smallPeople(ctx)
  a.plan.prepare.push({ kind: 'fill', values: { amount: 0, city: 'none' } })
  const { table } = await run({ params: { sql: 'SELECT id, city FROM a' }, inputs: { a }, ctx })
  expect(table.plan).toEqual({
    prepare: [{ kind: 'fill', values: { city: 'none' } }],
    features: [{ kind: 'category', columns: ['city'], minRows: 1, maxValues: 10 }],
  })
})

it('says what an input that is not connected is', async () => {
  await expect(run({ params: { sql: 'SELECT * FROM b' }, inputs: { a: await smallPeople(ctx) }, ctx })).rejects.toMatchObject({
    code: 'bad_params',
    message: expect.stringMatching(/^The SQL does not work: Table with name b does not exist/),
  })
})
