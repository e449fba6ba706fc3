import { afterEach, beforeEach, expect, it } from 'vitest'
import { smallPeople } from '../fixtures/small-people'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { dataContract } from './spec'

let ctx: TestStageContext
beforeEach(async () => {
  ctx = await testStageContext()
})
afterEach(() => ctx.dispose())

async function hold(rules: Record<string, unknown>[]) {
  const outputs = await run({ params: dataContract.params.parse({ rules }), inputs: { table: await smallPeople(ctx) }, ctx })
  const ids = async (table: { artifact: string }) => (await ctx.cells(table)).map(([id]) => id)
  return {
    good: await ids(outputs.table),
    aside: await ids(outputs.quarantine),
    report: await ctx.readReport(outputs.report.artifact, 'contract'),
    plan: outputs.quarantine.plan,
  }
}

it('sets broken rows aside, keeps the others in their order, and says which broke what', async () => {
  const { good, aside, report, plan } = await hold([
    { rule: 'range', column: 'amount', min: 0, max: 200, level: 'quarantine' },
    { rule: 'set', column: 'city', values: ['Gent', 'Brugge'], level: 'quarantine' },
    { rule: 'unique', column: 'id', level: 'quarantine' },
    { rule: 'missing', column: 'name', maxShare: 0.5, level: 'fail' },
    { rule: 'present', column: 'email', level: 'warn' },
    { rule: 'rows', min: 1, level: 'fail' },
  ])
  expect({ good, aside }).toEqual({ good: [1, 3, 6], aside: [2, 3, 5] })
  expect(report).toMatchObject({ rows: 6, kept: 3, heldBack: 3 })
  expect(report.rules.map(({ holds, broken }) => [holds, broken])).toEqual([
    [false, 2],
    [false, 1],
    [false, 1],
    [true, 2],
    [false, 6],
    [true, 0],
  ])
  expect(report.rules[0]).toMatchObject({
    examples: [
      { row: 2, value: '-3.0' },
      { row: 4, value: '250.0' },
    ],
  })
  expect(plan.features).toHaveLength(1)
})

it('fails with the first broken rule, an example and what to do', async () => {
  await expect(hold([{ rule: 'missing', column: 'note' }])).rejects.toMatchObject({
    code: 'contract_failed',
    hint: { column: 'note', param: 'rules.0' },
    message:
      'The contract says that note is never missing; 1 of 6 rows break it, first in row 3. Mend the data, or set the rule to warn or quarantine.',
  })
  await expect(hold([{ rule: 'pattern', column: 'name', pattern: '[A-Z]\\w+' }])).rejects.toThrow(
    /2 of 6 rows break it, first in row 4 \("bob "\)/,
  )
})

it('reads text as the type of the rule', async () => {
  const { report } = await hold([
    { rule: 'type', column: 'city', type: 'number', level: 'warn' },
    { rule: 'type', column: 'id', type: 'number', level: 'warn' },
  ])
  expect(report.rules.map(({ broken }) => broken)).toEqual([6, 0])
})

it('checks params before a run', () => {
  const columns = { table: [{ name: 'a', type: 'timestamp' as const }] }
  const problems = (rule: Record<string, unknown>) =>
    dataContract.check?.(dataContract.params.parse({ rules: [rule] }), columns).map(({ param }) => param)
  expect(problems({ rule: 'range', column: 'a', min: 1 })).toEqual(['rules.0.column'])
  expect(problems({ rule: 'range', column: 'b', min: 2, max: 1 })).toEqual(['rules.0.column', 'rules.0.max'])
  expect(problems({ rule: 'rows', level: 'quarantine' })).toEqual(['rules.0.level'])
  expect(problems({ rule: 'pattern', column: 'a', pattern: '(' })).toEqual(['rules.0.pattern'])
  expect(problems({ rule: 'present', column: 'b' })).toEqual([])
})
