import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { smallPeople } from '../fixtures/small-people'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { filter } from './spec'

let ctx: TestStageContext
beforeEach(async () => {
  ctx = await testStageContext()
})
afterEach(() => ctx.dispose())

async function keep(params: Record<string, unknown>) {
  const { table } = await run({ params: filter.params.parse(params), inputs: { table: await smallPeople(ctx) }, ctx })
  return (await ctx.cells(table)).map(([id]) => id)
}
const by = (column: string, operator: string, value = '') => ({ column, operator, value })

describe('conditions', () => {
  it.each([
    [by('city', 'is', 'Gent'), [1, 3, 3, 6]],
    [by('city', 'is not', 'Gent'), [2, 5]],
    [by('name', 'is not', 'Ada'), [2, 3, 3, 5, 6]],
    [by('name', 'is missing'), [3, 5]],
    [by('name', 'is present'), [1, 2, 3, 6]],
    [by('amount', '>', '10'), [1, 3, 6]],
    [by('amount', 'is one of', '250, 0'), [3, 5]],
    [by('amount', 'is missing'), [3]],
    [by('active', 'is', 'TRUE'), [1, 3, 5]],
    [by('since', '>=', '2022-03-01'), [3, 5, 6]],
    [by('note', 'contains', '@'), [2]],
    [by('note', 'does not contain', '@'), [1, 3, 3, 5, 6]],
    [by('note', 'matches', '\\d{4} \\d{4}'), [3, 6]],
    [by('city', 'is one of', "Luik, O'Neil"), [5]],
  ])('%j', async (condition, ids) => expect(await keep({ conditions: [condition] })).toEqual(ids))

  it('joins conditions with all or any, and keeps everything without one', async () => {
    const conditions = [by('city', 'is', 'Gent'), by('amount', '>', '50')]
    expect(await keep({ conditions })).toEqual([3, 6])
    expect(await keep({ conditions, match: 'any' })).toEqual([1, 3, 3, 6])
    expect(await keep({})).toHaveLength(6)
  })

  it('says which value does not work', async () => {
    await expect(keep({ conditions: [by('amount', '>', 'x')] })).rejects.toMatchObject({ hint: { param: 'conditions.0.value' } })
    await expect(keep({ conditions: [by('note', 'matches', '(')] })).rejects.toMatchObject({
      code: 'bad_params',
      hint: { param: 'conditions' },
    })
  })
})

describe('an expression', () => {
  it('is SQL as after WHERE', async () =>
    expect(await keep({ by: 'expression', expression: "city = 'Gent' AND amount > 50 -- big" })).toEqual([3, 6]))

  it.each([
    'nope > 1',
    "true) UNION ALL SELECT * FROM read_csv('/etc/passwd'",
    '1; DROP VIEW t',
    "city = (SELECT content FROM read_text('/etc/hostname'))",
  ])('refuses %s and names the param', async (expression) => {
    await expect(keep({ by: 'expression', expression })).rejects.toMatchObject({ code: 'bad_params', hint: { param: 'expression' } })
  })
})
