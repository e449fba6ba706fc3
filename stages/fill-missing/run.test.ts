import { afterEach, beforeEach, expect, it } from 'vitest'
import { prepareRow } from '#ml/features/prepare'
import { smallPeople } from '../fixtures/small-people'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { fillMissing } from './spec'

let ctx: TestStageContext
beforeEach(async () => {
  ctx = await testStageContext()
})
afterEach(() => ctx.dispose())

async function fill(params: Record<string, unknown>) {
  const { table } = await run({ params: fillMissing.params.parse(params), inputs: { table: await smallPeople(ctx) }, ctx })
  const [step] = table.plan.prepare
  const rows = await ctx.tables.rows<{ name: string; amount: number; active: boolean }>('SELECT * FROM t', { t: table.artifact })
  return { rows, step, prepare: table.plan.prepare, columns: table.columns }
}

it('fills the same in the table and in a row that is served', async () => {
  const { rows, prepare } = await fill({ columns: ['name'], value: 'nobody' })
  expect(rows.map(({ name }) => name)).toEqual(['Ada', 'Bob', 'nobody', 'bob ', 'nobody', 'Zoë'])
  for (const name of ['', null]) expect(prepareRow(prepare, { name })).toEqual({ name: 'nobody' })
})

it('measures what it fills with', async () => {
  expect((await fill({ columns: ['amount'], fill: 'median' })).step).toEqual({ kind: 'fill', values: { amount: 10.5 } })
  expect((await fill({ columns: ['amount'], fill: 'mean' })).step).toEqual({ kind: 'fill', values: { amount: expect.closeTo(71.48, 10) } })
  expect((await fill({ columns: ['active', 'city'], fill: 'most frequent' })).step).toEqual({
    kind: 'fill',
    values: { active: true, city: 'Gent' },
  })
})

it('keeps the column types', async () => {
  const { columns, rows } = await fill({ columns: ['active'], value: 'False' })
  expect(columns.find(({ name }) => name === 'active')?.type).toBe('boolean')
  expect(rows[2]?.active).toBe(false)
})

it('says when there is nothing to measure', async () => {
  const table = await ctx.table([{ column: { name: 'x', type: 'number' }, values: [null, null] }])
  await expect(run({ params: fillMissing.params.parse({ columns: ['x'], fill: 'mean' }), inputs: { table }, ctx })).rejects.toThrow(
    /Every row of column "x" is missing/,
  )
})
