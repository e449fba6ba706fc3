import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ModelValue, TableValue } from '#core/ports/kinds'
import { tinyClasses, tinyModel, tinySignature } from '#server/testing/tiny-model'
import { paperModel, smallMail } from '../fixtures/small-mail'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { batchPredict } from './spec'

let ctx: TestStageContext
let model: ModelValue
beforeAll(async () => {
  ctx = await testStageContext()
  // Logits (2, 4 * (body is "spam") + 0.1 * hour); a missing hour counts as 12.
  model = { ...paperModel, artifact: await ctx.artifacts.write(tinyModel()), classes: tinyClasses, signature: tinySignature }
})
afterAll(() => ctx.dispose())

const mail = (body: (string | null)[], hour: (number | null)[]) =>
  ctx.table([
    { column: { name: 'id', type: 'integer' }, values: body.map((_, i) => i + 1) },
    { column: { name: 'hour', type: 'number' }, values: hour },
    { column: { name: 'body', type: 'text' }, values: body },
  ])
const predict = (table: TableValue, params: Record<string, unknown> = {}, of = model) =>
  run({ params: batchPredict.params.parse(params), inputs: { model: of, table }, ctx })

it('adds label and confidence to every row, in order, and a probability per class on request', async () => {
  const { table } = await predict(await mail(['spam', 'hello', null, 'spam'], [0, 10, null, 20]), { probabilities: true })
  expect(table.columns.map(({ name }) => name)).toEqual(['id', 'hour', 'body', 'predicted', 'confidence', 'p_ham', 'p_spam'])
  const spam = [2, -1, -0.8, 4].map((lead) => 1 / (1 + Math.exp(-lead)))
  const rows = await ctx.cells(table)
  expect(rows.map(([id, , body, label]) => [id, body, label])).toEqual([
    [1, 'spam', 'spam'],
    [2, 'hello', 'ham'],
    [3, null, 'ham'],
    [4, 'spam', 'spam'],
  ])
  for (const [i, p] of spam.entries()) {
    expect(rows[i]?.[6]).toBeCloseTo(p, 6)
    expect(rows[i]?.[5]).toBeCloseTo(1 - p, 6)
    expect(rows[i]?.[4]).toBeCloseTo(Math.max(p, 1 - p), 6)
  }
})

it('answers a table without rows, and one with more rows than fit into a batch', async () => {
  expect((await predict(await mail([], []))).table).toMatchObject({ rows: 0 })
  const body = Array.from({ length: 2_500 }, (_, i) => (i % 2 === 0 ? 'spam' : 'x'.repeat(i % 700)))
  const { table } = await predict(
    await mail(
      body,
      body.map(() => 0),
    ),
  )
  expect((await ctx.cells(table)).map((row) => row[3])).toEqual(body.map((text) => (text === 'spam' ? 'spam' : 'ham')))
})

it('replaces answers that an earlier model left', async () => {
  const once = await predict(await mail(['spam'], [0]))
  const twice = await predict(once.table, { probabilities: true })
  expect(twice.table.columns.filter(({ name }) => name === 'predicted')).toHaveLength(1)
})

it('keeps the columns that were asked for, and says which version answered', async () => {
  const table = await mail(['spam', 'hello'], [0, 10])
  const kept = await predict(table, { keep: ['id'], version: true })
  expect(kept.table.columns.map(({ name }) => name)).toEqual(['id', 'predicted', 'confidence', 'predicted_by'])
  expect((await ctx.cells(kept.table)).map((row) => row[3])).toEqual([model.artifact.slice(0, 12), model.artifact.slice(0, 12)])
  const named = { ...model, registered: { model: 'mail', version: 3, versionId: 'x' } }
  expect((await ctx.cells((await predict(table, { version: true }, named)).table))[0]?.at(-1)).toBe('mail@3')
  await expect(predict(table, { keep: ['sender'] })).rejects.toMatchObject({
    code: 'bad_params',
    hint: { param: 'keep', column: 'sender' },
  })
})

it('names the column that is not there or holds the wrong thing', async () => {
  await expect(
    predict(await smallMail(ctx), {}, { ...model, signature: { ...tinySignature, inputs: [{ name: 'to', type: 'text', example: '' }] } }),
  ).rejects.toMatchObject({
    code: 'bad_input',
    message: 'The model reads the column "to", which these rows lack; they have body, sender, hour, label.',
    hint: { port: 'table', column: 'to' },
  })
  const words = await ctx.table([
    { column: { name: 'body', type: 'text' }, values: ['spam'] },
    { column: { name: 'hour', type: 'text' }, values: ['late'] },
  ])
  await expect(predict(words)).rejects.toMatchObject({
    hint: { column: 'hour' },
    message: expect.stringContaining('as numbers, but here it holds text'),
  })
})

it('refuses a column for each of very many classes, and says what to switch', async () => {
  const many = { ...model, classes: Array.from({ length: 101 }, (_, i) => `c${i}`) }
  await expect(predict(await mail(['x'], [1]), { probabilities: true }, many)).rejects.toMatchObject({
    code: 'bad_params',
    hint: { param: 'probabilities', fix: { kind: 'set-param', value: 'false' } },
  })
})
