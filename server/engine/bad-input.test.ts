import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor } from '#db/queries/audit'
import { getDataSetVersion, removeDataSet } from '#db/queries/data-sets'
import { createUser } from '#db/queries/users'
import { keepUpload } from '#server/data/keep-upload'
import type { House } from '#server/house'
import { testHouse } from '#server/testing/test-house'
import { findSpec } from '#stages/specs'
import { type RunningEngine, startEngine } from './start-engine'
import { startRun } from './start-run'
import { finished, graphOf, saveGraph, stageOf, statusesOf, until } from './testing/engine-fixture'

/** What a person gets who runs real stages on data that cannot work: a sentence at the stage, and a way out. */

const ada = { id: 'ada', name: 'Ada', email: 'ada@example.com', role: 'analyst' } as const
let house: House
let engine: RunningEngine
beforeAll(async () => {
  house = await testHouse()
  await createUser(house.db, { ...ada, passwordHash: 'x' })
  engine = await startEngine(house, {
    findSpec,
    stageEntry: new URL('./stage-process/main.ts', import.meta.url),
    onLost: () => {
      throw new Error('lost the lease')
    },
  })
})
afterAll(async () => {
  await engine?.stop()
  await house?.close()
})

async function upload(fileName: string, lines: readonly string[], dataSetId?: string) {
  const text = `${lines.join('\n')}\n`
  const kept = await keepUpload(house, { stream: Readable.from([Buffer.from(text)]), fileName, length: 0, dataSetId, actor: ada })
  const version = await until(
    () => getDataSetVersion(house.db, kept.versionId),
    ({ status }) => status === 'ready' || status === 'failed',
  )
  return { ...kept, ...version }
}

type Stage = Parameters<typeof graphOf>[0][number]

async function run(stages: Stage[], edges: string[]) {
  const workflowId = await saveGraph(house, graphOf(stages, edges))
  const started = await startRun(house, findSpec, {
    workflowId,
    scope: { kind: 'all' },
    overrides: {},
    actor: systemActor,
    startedBy: null,
    trigger: 'api',
  })
  return finished(house, started.id, 60_000)
}

/** Reads the data set, learns `label` from it. */
const learning = (
  dataSet: string,
  features: Stage = ['features', 'text-features', { columns: ['body'], minRows: 1 }],
): [Stage[], string[]] => [
  [['data', 'file', { data: { dataSet } }], features, ['train', 'logistic-regression', { target: 'label' }]],
  ['data.table -> features.table', 'features.table -> train.train'],
]

const mail = (label: (i: number) => string) => [
  'body,label,blank',
  ...Array.from({ length: 40 }, (_, i) => `word${i % 5} text${i},${label(i)},`),
]

test('a deleted data set', async () => {
  const { dataSet } = await upload(
    'gone.csv',
    mail((i) => (i % 2 ? 'a' : 'b')),
  )
  await house.db.transaction((tx) => removeDataSet(tx, dataSet, new Date()))
  const ran = await run(...learning(dataSet))
  expect(statusesOf(ran)).toEqual({ data: 'failed', features: 'skipped', train: 'skipped' })
  expect(stageOf(ran, 'data').error).toMatchObject({
    code: 'not_found',
    message: 'The data set "gone" was deleted. Pick another one in the inspector, or upload it again.',
    hint: { param: 'data' },
  })
  expect(ran.run.error?.message).toContain('"gone" was deleted')
})

test('a data set that took the name of a deleted one is the one that is meant', async () => {
  const old = await upload(
    'named.csv',
    mail(() => 'a'),
  )
  await upload(
    'named.csv',
    mail(() => 'b'),
    old.dataSet,
  )
  await house.db.transaction((tx) => removeDataSet(tx, old.dataSet, new Date()))
  await upload('named.csv', ['x', '7'])
  const ran = await run([['data', 'file', { data: { dataSet: 'named' } }]], [])
  expect(stageOf(ran, 'data').outputs?.table).toMatchObject({ rows: 1, columns: [{ name: 'x', type: 'integer' }] })
})

test('one class only', async () => {
  const { dataSet } = await upload(
    'one.csv',
    mail(() => 'same'),
  )
  const ran = await run(...learning(dataSet))
  expect(statusesOf(ran)).toEqual({ data: 'done', features: 'done', train: 'failed' })
  expect(stageOf(ran, 'train').error).toMatchObject({
    message: expect.stringMatching(/All 40 rows have the same label "same" .*Choose another column, or add rows/),
    hint: { param: 'target', column: 'label' },
  })
})

test('a class with one row trains, and the report says so', async () => {
  const { dataSet } = await upload(
    'once.csv',
    mail((i) => (i === 7 ? 'once' : i % 2 ? 'a' : 'b')),
  )
  expect(statusesOf(await run(...learning(dataSet)))).toEqual({ data: 'done', features: 'done', train: 'done' })
})

test('a column that is missing in every row, and a text column chosen as number', async () => {
  const { dataSet } = await upload(
    'blank.csv',
    mail((i) => (i % 2 ? 'a' : 'b')),
  )
  const blank = await run(...learning(dataSet, ['features', 'text-features', { columns: ['blank'] }]))
  expect(stageOf(blank, 'features').error).toMatchObject({
    message: 'Column "blank" has no value in any of the 40 rows. Take it out here, or look at where it comes from.',
    hint: { param: 'columns', column: 'blank' },
  })
  const number = await run(...learning(dataSet, ['features', 'number-features', { columns: ['body'] }]))
  expect(stageOf(number, 'features').error).toMatchObject({
    message: 'Column "body" is text; this stage reads number or integer. Text features fits it.',
    hint: { fix: { kind: 'insert-stage', value: 'text-features' } },
  })
})

test('ten thousand classes', async () => {
  const { dataSet } = await upload('many.csv', ['body,label', ...Array.from({ length: 20_000 }, (_, i) => `text ${i},class ${i % 10_000}`)])
  expect(stageOf(await run(...learning(dataSet)), 'train').error).toMatchObject({
    message: expect.stringContaining('has 10,000 different values in 20,000 rows; at most 2,000 classes can be learned.'),
    hint: { param: 'target', fix: { kind: 'insert-stage', value: 'sql' } },
  })
})

test('a loop, and an input that nothing is connected to, never start', async () => {
  const [stages, edges] = learning('any')
  await expect(run(stages, edges.slice(1))).rejects.toMatchObject({
    code: 'bad_workflow',
    message: expect.stringContaining('features (Text features), table: The input "Table" is not connected. Connect a table to it.'),
  })
  const loop: Stage[] = [
    ['a', 'filter', {}],
    ['b', 'dedupe', {}],
  ]
  await expect(run(loop, ['a.table -> b.table', 'b.table -> a.table'])).rejects.toThrow(
    /a \(Filter\): .* needs its own result: it is part of a loop\. Remove one edge/,
  )
})

test('a file that is no table fails at its data set, with the reason', async () => {
  const { status, error } = await upload('book.csv', ['PK\u0003\u0004\u0000 a workbook'])
  expect([status, error?.message]).toEqual([
    'failed',
    'The file book.csv is a ZIP archive or an Excel workbook, not a table. Unpack it, or save the sheet as CSV, and upload that.',
  ])
})

test('rows that are refused are counted, with examples, where the data set is read', async () => {
  const { dataSet, report } = await upload('ragged.csv', ['id,body,label', '1,x,a', '2,y,b,too,many', '3,z', '4,"open,b'])
  expect(report).toMatchObject({ read: 4, kept: 2, refused: 2, examples: [{ row: 3 }, { row: 5 }] })
  const ran = await run([['data', 'file', { data: { dataSet } }]], [])
  expect(stageOf(ran, 'data').outputs?.table).toMatchObject({ rows: 2 })
})
