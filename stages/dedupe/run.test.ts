import { afterEach, beforeEach, expect, it } from 'vitest'
import { smallPeople } from '../fixtures/small-people'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { dedupe } from './spec'

let ctx: TestStageContext
beforeEach(async () => {
  ctx = await testStageContext()
})
afterEach(() => ctx.dispose())

async function keep(params: Record<string, unknown>) {
  const { table } = await run({ params: dedupe.params.parse(params), inputs: { table: await smallPeople(ctx) }, ctx })
  return (await ctx.cells(table)).map(([id, name]) => `${id} ${name}`)
}

it('keeps the first or the last of equal rows, in order', async () => {
  expect(await keep({ columns: ['id'] })).toEqual(['1 Ada', '2 Bob', '3 ', '5 null', '6 Zoë'])
  expect(await keep({ columns: ['id'], keep: 'last' })).toEqual(['1 Ada', '2 Bob', '3 bob ', '5 null', '6 Zoë'])
})

it('ignores case and spaces when asked', async () => {
  expect(await keep({ columns: ['name'] })).toEqual(['1 Ada', '2 Bob', '3 ', '5 null', '6 Zoë'])
  expect(await keep({ columns: ['name'], normalise: false })).toHaveLength(6)
})

it('compares whole rows without chosen columns', async () => expect(await keep({})).toHaveLength(6))
