import { afterEach, beforeEach, expect, it } from 'vitest'
import { prepareRow } from '#ml/features/prepare'
import { run as cleanText } from '../clean-text/run'
import { cleanText as cleanTextSpec } from '../clean-text/spec'
import { smallPeople } from '../fixtures/small-people'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { anonymise } from './spec'

let ctx: TestStageContext
beforeEach(async () => {
  ctx = await testStageContext({ secrets: { KEY: 'a key' } })
})
afterEach(() => ctx.dispose())

it('takes personal data out, counts it by kind, and leaves the same to do for served rows', async () => {
  const { table, report } = await run({
    params: anonymise.params.parse({ columns: ['note'] }),
    inputs: { table: await smallPeople(ctx) },
    ctx,
  })
  const { note } = await ctx.tables.read(table.artifact, ['note'])
  expect(note?.values).toEqual(['<b>Hi</b>  there', 'mail me: [EMAIL]', '', 'card [CARD]', 'plain', 'IBAN [IBAN]'])
  expect(note?.type === 'text' && note.missing[2]).toBe(1)
  const { rows, changedRows, found } = await ctx.readReport(report.artifact, 'anonymise')
  expect({ rows, changedRows }).toEqual({ rows: 6, changedRows: 3 })
  expect(found.map(({ pii, count, example }) => `${pii} ${count} ${example}`)).toEqual([
    'card 1 0000 0000 0000 0000',
    'email 1 xxx@xxxxxxx.xxx',
    'iban 1 xx00 0000 0000 0000',
  ])
  expect(prepareRow(table.plan.prepare, { note: 'bob@example.com' })).toEqual({ note: '[EMAIL]' })
})

it('hashes with the secret that it names, and says where to set one', async () => {
  const params = anonymise.params.parse({ columns: ['note'], mode: 'hash', secret: 'KEY' })
  const { table } = await run({ params, inputs: { table: await smallPeople(ctx) }, ctx })
  expect((await ctx.tables.read(table.artifact, ['note'])).note?.values[1]).toMatch(/^mail me: \[EMAIL:[a-p]{16}\]$/)
  await expect(run({ params: { ...params, secret: 'NONE' }, inputs: { table: await smallPeople(ctx) }, ctx })).rejects.toThrow(
    /Settings, Secrets/,
  )
})

it('follows cleaned text', async () => {
  const cleaned = await cleanText({
    params: cleanTextSpec.params.parse({ columns: ['note'] }),
    inputs: { table: await smallPeople(ctx) },
    ctx,
  })
  const { table } = await run({ params: anonymise.params.parse({ columns: ['note'] }), inputs: cleaned, ctx })
  expect((await ctx.tables.read(table.artifact, ['note'])).note?.values[0]).toBe('Hi there')
  expect(table.plan.prepare.map(({ kind }) => kind)).toEqual(['clean-text', 'anonymise'])
})
