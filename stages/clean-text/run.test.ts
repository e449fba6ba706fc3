import { afterEach, beforeEach, expect, it } from 'vitest'
import { prepareRow } from '#ml/features/prepare'
import { smallPeople } from '../fixtures/small-people'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { cleanText } from './spec'

let ctx: TestStageContext
beforeEach(async () => {
  ctx = await testStageContext()
})
afterEach(() => ctx.dispose())

async function clean(params: Record<string, unknown>, texts?: (string | null)[]) {
  const given = texts ? await ctx.table([{ column: { name: 'note', type: 'text' }, values: texts }]) : await smallPeople(ctx)
  const { table } = await run({ params: cleanText.params.parse({ columns: ['note'], ...params }), inputs: { table: given }, ctx })
  const rows = await ctx.tables.rows<{ note: string | null }>('SELECT note FROM t', { t: table.artifact })
  return { table, notes: rows.map(({ note }) => note), prepare: table.plan.prepare }
}

it('takes tags off and tidies spaces; what is missing stays missing, other columns stay as they are', async () => {
  const { table, notes } = await clean({})
  expect(notes).toEqual(['Hi there', 'mail me: bob@example.com', null, 'card 4111 1111 1111 1111', 'plain', 'IBAN BE68 5390 0754 7034'])
  expect(ctx.figures).toEqual([{ value: 1, label: 'text changed' }])
  expect((await ctx.cells(table)).map(([id, name]) => [id, name]).slice(0, 2)).toEqual([
    [1, 'Ada'],
    [2, 'Bob'],
  ])
})

it('does only what it is asked to', async () => {
  const text = '<p>See https://a.example/x?y=1  NOW</p>\u0000'
  const off = { stripHtml: false, collapseSpace: false }
  expect((await clean(off, [text])).notes).toEqual([text])
  expect((await clean({ ...off, lowercase: true }, [text])).notes).toEqual([text.toLowerCase()])
  expect((await clean({ stripUrls: true, lowercase: true }, [text])).notes).toEqual(['see now'])
  expect((await clean({ limit: true, maxChars: 3 }, ['abcdef', 'ab', 'ab cd'])).notes).toEqual(['abc', 'ab', 'ab'])
  // The number counts only when cutting is switched on.
  expect((await clean({ maxChars: 3 }, ['abcdef'])).notes).toEqual(['abcdef'])
})

it('does the same to a row that is served later', async () => {
  const texts = ['<b>Hi</b>  there', ' Ärger &amp; Spaß ', '', '<script>x()</script>']
  const { notes, prepare } = await clean({ lowercase: true }, texts)
  expect(notes).toEqual(['hi there', 'ärger & spaß', '', ''])
  expect(texts.map((note) => prepareRow(prepare, { note }).note)).toEqual(notes)
})

it.each([
  [[], undefined, 'Choose at least one text column.'],
  [['amount'], 'amount', 'Column "amount" is number; this needs text.'],
  [['note', 'nope'], 'nope', 'There is no column "nope"; there are id, name, city, amount, active, since, note.'],
])('columns %j', async (columns, column, message) => {
  await expect(clean({ columns })).rejects.toMatchObject({
    code: 'bad_params',
    message,
    hint: { param: 'columns', ...(column && { column }) },
  })
})
