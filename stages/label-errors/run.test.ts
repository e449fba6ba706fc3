import { afterAll, beforeAll, expect, test } from 'vitest'
import { smallMail } from '../fixtures/small-mail'
import { type TestStageContext, testStageContext } from '../testing'
import { trainModel } from '../train-model'
import { run } from './run'
import { labelErrors } from './spec'

let ctx: TestStageContext
beforeAll(async () => {
  ctx = await testStageContext()
})
afterAll(() => ctx.dispose())

const wrong = [7, 30, 61, 90]

/** Mail whose words tell everything, of which four rows have the other label. */
async function mislabelled() {
  const clean = await smallMail(ctx, 120)
  const { label } = await ctx.tables.read(clean.artifact, ['label'])
  if (label?.type !== 'text') throw new Error('labels are text')
  const values = label.values.map((given, row) => (wrong.includes(row) ? (given === 'spam' ? 'ham' : 'spam') : given))
  return { ...clean, ...(await ctx.tables.replace(clean.artifact, [{ column: { name: 'label', type: 'text' }, values }])) }
}

async function find(params: Record<string, unknown>) {
  const estimator = { kind: 'naive-bayes', variant: 'multinomial', alpha: 1 } as const
  const { model } = await trainModel({ table: await mislabelled(), target: 'label', estimator, calibration: 'temperature' }, ctx)
  return run({ params: labelErrors.params.parse(params), inputs: { model }, ctx })
}

test('finds the rows whose label was turned round, and parts the table in two', async () => {
  const { report, suspects, kept } = await find({})
  const read = await ctx.readReport(report.artifact, 'label-errors')
  expect(read.issues.map(({ row }) => row).sort((a, b) => a - b)).toEqual(wrong)
  expect(read).toMatchObject({ rows: 120, found: 4 })
  const rows = await ctx.cells(suspects)
  // the number of the row, its label, the likelier one, the margin
  expect(rows.map(([row]) => Number(row)).sort((a, b) => a - b)).toEqual(wrong.map((row) => row + 1))
  expect(rows.every(([, given, likely, margin]) => given !== likely && Number(margin) < 0)).toBe(true)
  expect(kept.rows).toBe(116)
  expect(kept.columns.map(({ name }) => name)).toEqual(['body', 'sender', 'hour', 'label'])
  expect(kept.plan.features).toHaveLength(1)
  expect(ctx.figures.at(-1)).toEqual({ value: 4, label: 'likely label errors' })
  expect(report.figures.find(({ name }) => name === 'likely label errors')?.value).toBe(4)
})

test('a margin that nothing reaches leaves no suspects, and all rows', async () => {
  const { suspects, kept } = await find({ least: 1 })
  expect([suspects.rows, kept.rows]).toEqual([0, 120])
})
