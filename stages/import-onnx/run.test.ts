import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readMetadata, readModelFile } from '#core/model/model-file'
import type { TableValue } from '#core/ports/kinds'
import { outsideFile } from '#ml/onnx/outside/testing'
import { forestFile, golden, linearFile, mixedFile, networkFile, regressorFile, textFile } from '#ml/onnx/outside-samples'
import { run as batchPredict } from '../batch-predict/run'
import { batchPredict as batchPredictSpec } from '../batch-predict/spec'
import { run as crossValidate } from '../cross-validate/run'
import { crossValidate as crossValidateSpec } from '../cross-validate/spec'
import type { OnnxInputs } from '../define'
import { run as explain } from '../explain/run'
import { explain as explainSpec } from '../explain/spec'
import { type TestStageContext, testStageContext } from '../testing'
import { mixedFileHash } from './fixtures/cases'
import { run } from './run'
import { importOnnx } from './spec'

let ctx: TestStageContext
beforeAll(async () => {
  ctx = await testStageContext()
})
afterAll(() => ctx.dispose())

const names = ['a', 'b', 'c', 'd']
const numbers = (columns: Record<string, readonly (number | null)[]>) =>
  Object.entries(columns).map(([name, values]) => ({ column: { name, type: 'number' as const }, values }))
const measured = Object.fromEntries(names.map((name, k) => [name, golden.x.map((row) => row[k] ?? 0)]))

/** The table that the golden models were trained on. */
const table = () =>
  ctx.table([
    ...numbers(measured),
    { column: { name: 'kind', type: 'text' }, values: golden.three },
    { column: { name: 'price', type: 'number' }, values: golden.price },
    { column: { name: 'two', type: 'integer' }, values: golden.two },
  ])

type Params = Partial<(typeof importOnnx)['params']['_zod']['input']>
async function importFile(bytes: Uint8Array, params: Params, sample?: TableValue) {
  const artifact = await ctx.artifacts.write(bytes)
  const parsed = importOnnx.params.parse({ file: { artifact, name: 'model.onnx' }, ...params })
  return run({ params: parsed, inputs: { sample: sample ?? (await table()) }, ctx })
}

const inputsOf = (columns: Record<string, readonly number[] | readonly string[]>): OnnxInputs =>
  Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [
      name,
      typeof values[0] === 'string' ? values.map(String) : Float32Array.from(values, Number),
    ]),
  )

/** Largest difference between the model file in a runtime and what scikit-learn answered; and labels that differ. */
async function compare(artifact: string, inputs: OnnxInputs, expected: readonly number[], labels?: readonly string[]) {
  const bytes = await ctx.artifacts.read(artifact)
  let difference = 0
  for (const runtime of ['native', 'web'] as const) {
    const model = await ctx.onnx.open(bytes, runtime)
    const answers = await model.run(inputs, labels?.length ?? expected.length)
    await model.close()
    const given = answers.task === 'regression' ? answers.values : answers.probabilities
    expect(given.length).toBe(expected.length)
    for (const [i, value] of expected.entries()) {
      difference = Math.max(difference, Math.abs(value - (given[i] ?? Number.NaN)) / Math.max(1, Math.abs(value)))
    }
    if (answers.task === 'classification') expect(answers.labels).toEqual(labels)
  }
  return difference
}

const topOf = (rows: readonly (readonly number[])[], classes: readonly string[]) =>
  rows.map((row) => classes[row.indexOf(Math.max(...row))] ?? '')

describe('answers as scikit-learn does, in both runtimes', () => {
  test('LogisticRegression by skl2onnx, with its ZipMap', async () => {
    const { model, report, evaluation } = await importFile(linearFile(), { columns: names, target: 'kind' })
    expect(model.classes).toEqual(golden.linear.classes)
    expect(model.origin).toMatchObject({
      name: 'model.onnx',
      producer: 'skl2onnx 1.0',
      opset: 9,
      answer: { form: 'probabilities', width: 3 },
    })
    const expected = topOf(golden.linear.proba, golden.linear.classes)
    expect(await compare(model.artifact, inputsOf(measured), golden.linear.proba.flat(), expected)).toBeLessThan(1e-5)
    const read = await ctx.readReport(report.artifact, 'import')
    expect(read.parity.rows).toBe(60)
    expect(read.parity.runtimes).toBeLessThan(1e-5)
    expect(read.notes.join()).toMatch(/ZipMap/)
    expect(read.operators.map(({ name }) => name)).toContain('LinearClassifier')
    const right = golden.three.filter((label, row) => label === expected[row]).length
    expect(evaluation && (await ctx.readReport(evaluation.artifact, 'classification')).accuracy).toBeCloseTo(right / 60, 12)
    const { reference, signature } = readModelFile(await ctx.artifacts.read(model.artifact))
    expect(signature).toEqual(model.signature)
    expect(signature.inputs.map(({ name, type }) => `${name} ${type}`)).toEqual(['a number', 'b number', 'c number', 'd number'])
    expect(reference.task === 'regression' ? [] : reference.classes.map(({ rows }) => rows)).toEqual([20, 20, 20])
  })

  test.each([true, false])('RandomForestClassifier of two classes, zipped: %s, with names for 0 and 1', async (isZipped) => {
    const { model } = await importFile(forestFile({ isZipped }), { columns: names, classes: ['low', 'high'], name: 'level' })
    expect([model.classes, model.signature.target]).toEqual([['low', 'high'], 'level'])
    const labels = golden.forest.proba.map(([low = 0, high = 0]) => (high > low ? 'high' : 'low'))
    expect(await compare(model.artifact, inputsOf(measured), golden.forest.proba.flat(), labels)).toBeLessThan(1e-5)
  })

  test('labels of the file that are not its most probable classes are answered, and told of', async () => {
    const { report } = await importFile(forestFile({ hasOddLabels: true }), { columns: names, target: 'two' })
    const read = await ctx.readReport(report.artifact, 'import')
    expect(read.answer.label).toBe('file')
    expect(read.notes.join()).toMatch(/not the most probable class in \d+ of 60 rows/)
  })

  test.each([
    ['Softmax', 'automatic'],
    ['none', 'logits'],
  ] as const)('a network by PyTorch that ends in %s', async (ending, answer) => {
    const { classes } = golden.mlp
    const { model } = await importFile(networkFile({ ending }), { columns: names, classes, answer })
    expect(await compare(model.artifact, inputsOf(measured), golden.mlp.proba.flat(), topOf(golden.mlp.proba, classes))).toBeLessThan(1e-5)
    // paths of the machine that exported it are no part of the model
    expect(new TextDecoder('latin1').decode(await ctx.artifacts.read(model.artifact))).not.toContain('secret-project')
  })

  test('RandomForestRegressor, whose interval comes from the right answers', async () => {
    const { model, evaluation } = await importFile(regressorFile(), { columns: names, target: 'price' })
    expect(await compare(model.artifact, inputsOf(measured), golden.trees.predicted)).toBeLessThan(1e-5)
    const { reference } = readModelFile(await ctx.artifacts.read(model.artifact))
    if (reference.task !== 'regression') throw new Error('it answers a number')
    const residuals = golden.price.map((price, row) => price - (golden.trees.predicted[row] ?? 0))
    const inside = residuals.filter((each) => each >= reference.residuals.low - 1e-3 && each <= reference.residuals.high + 1e-3).length
    expect(inside / 60).toBeGreaterThanOrEqual(0.8)
    expect(evaluation?.report).toBe('regression')
  })

  test('CountVectorizer and LogisticRegression on a text', async () => {
    const { texts, topics, classes, proba } = golden.text
    const sample = await ctx.table([
      { column: { name: 'body', type: 'text' }, values: texts },
      { column: { name: 'topic', type: 'text' }, values: topics },
    ])
    const { model } = await importFile(textFile(), { columns: ['body'], target: 'topic' }, sample)
    expect(model.signature.inputs).toMatchObject([{ name: 'body', type: 'text' }])
    expect(await compare(model.artifact, inputsOf({ body: texts }), proba.flat(), topOf(proba, classes))).toBeLessThan(1e-5)
  })

  test('a ColumnTransformer reads each column by its name: float, whole number, category', async () => {
    const { age, visits, plan, leaves, proba } = golden.mixed
    const sample = await ctx.table([
      { column: { name: 'plan', type: 'text' }, values: plan },
      { column: { name: 'visits', type: 'integer' }, values: visits },
      { column: { name: 'age', type: 'number' }, values: age },
      { column: { name: 'leaves', type: 'integer' }, values: leaves },
    ])
    const { model } = await importFile(mixedFile(), { target: 'leaves' }, sample)
    expect(model.signature.inputs.map(({ name, type }) => `${name} ${type}`)).toEqual(['age number', 'visits number', 'plan category'])
    expect(await compare(model.artifact, inputsOf({ age, visits, plan }), proba.flat(), topOf(proba, ['0', '1']))).toBeLessThan(1e-5)
    // a missing whole number has no answer, as in models that are trained here without missing values
    const file = await ctx.onnx.open(await ctx.artifacts.read(model.artifact), 'native')
    const unknown = await file.run(inputsOf({ age: [30, 30], visits: [Number.NaN, 2], plan: ['pro', 'pro'] }), 2)
    await file.close()
    if (unknown.task !== 'classification') throw new Error('it answers classes')
    expect([...unknown.probabilities].map(Number.isNaN)).toEqual([true, true, false, false])
  })
})

test('a batch of one that is only declared does not matter', async () => {
  const { model, report } = await importFile(networkFile({ batch: 1 }), { columns: names })
  expect(model.classes).toEqual(['0', '1', '2'])
  expect((await ctx.readReport(report.artifact, 'import')).notes.join()).toMatch(/name the classes/)
})

test('an imported model is explained and answers tables like any other', async () => {
  const sample = await table()
  const { model } = await importFile(linearFile(), { columns: names, target: 'kind' })
  const explained = await explain({ params: explainSpec.params.parse({}), inputs: { model, table: sample }, ctx })
  expect(explained.report.report).toBe('explanation')
  const { table: answered } = await batchPredict({ params: batchPredictSpec.params.parse({}), inputs: { model, table: sample }, ctx })
  expect(answered.rows).toBe(60)
})

test('the same file and sample give the same bytes, with the prepare steps of the sample', async () => {
  const prepared = { ...(await table()), plan: { prepare: [{ kind: 'fill' as const, values: { a: 1 } }], features: [] } }
  const [first, again] = [
    await importFile(linearFile(), { columns: names }, prepared),
    await importFile(linearFile(), { columns: names }, prepared),
  ]
  expect(again.model).toEqual(first.model)
  const bytes = await ctx.artifacts.read(first.model.artifact)
  expect(readModelFile(bytes).prepare).toEqual(prepared.plan.prepare)
  expect([...readMetadata(bytes).keys()]).toEqual(['stageline.signature', 'stageline.classes', 'stageline.prepare', 'stageline.reference'])
})

test('the hash that the conformance suite knows is that of its file', async () => {
  expect(await ctx.artifacts.write(mixedFile())).toBe(mixedFileHash)
})

test('it cannot be trained again, and says so', async () => {
  const { model } = await importFile(linearFile(), { columns: names })
  const again = crossValidate({ params: crossValidateSpec.params.parse({}), inputs: { model }, ctx })
  await expect(again).rejects.toMatchObject({ code: 'bad_input', message: expect.stringMatching(/imported from model.onnx, so it cannot/) })
})

const add = (more: Partial<Parameters<typeof outsideFile>[0]> = {}) =>
  outsideFile({
    producer: 'pytorch',
    opsets: [['', 17]],
    inputs: [{ name: 'x', type: 1, dims: ['N', 2] }],
    nodes: [{ op: 'Softmax', in: ['x'], out: ['y'], attributes: { axis: { int: 1 } } }],
    outputs: [{ name: 'y', type: 1, dims: ['N', 2] }],
    ...more,
  })

describe('says in words what is wrong', () => {
  const cut = linearFile().subarray(0, linearFile().length - 20)
  const noise = Uint8Array.from({ length: 5_000 }, (_, i) => Math.imul(i + 1, 2_654_435_761) >>> 13)
  // field 7, a length of 2^62
  const huge = Uint8Array.from([8, 8, 58, 255, 255, 255, 255, 255, 255, 255, 255, 63, 1, 2, 3])
  const csv = new TextEncoder().encode('a,b\n1,2\n')
  test.each([
    ['an empty file', new Uint8Array(0), /not an \.onnx file/],
    ['a table', csv, /not an \.onnx file|cut off/],
    ['noise', noise, /not an \.onnx file|cut off/],
    ['a cut file', cut, /cut off/],
    ['a length beyond the file', huge, /cut off/],
    ['weights in another file', add({ tensors: [{ name: 'w', dims: [2], external: '../../etc/passwd' }] }), /Save it as one file/],
    ['a newer opset', add({ opsets: [['', 99]] }), /version 99 of the standard operators.*9 to 26/],
    ['an old opset', add({ opsets: [['', 7]] }), /version 7/],
    ['a newer format', add({ irVersion: 40 }), /format version 40/],
    [
      'unknown operators',
      add({
        nodes: [{ op: 'Magic', in: ['x'], out: ['y'], domain: 'my.ops' }],
        opsets: [
          ['', 17],
          ['my.ops', 1],
        ],
      }),
      /my\.ops\.Magic/,
    ],
    [
      'two inputs of open width',
      add({
        inputs: [
          { name: 'x', type: 1, dims: ['N', 'D'] },
          { name: 'y1', type: 1, dims: ['N', 'D'] },
          { name: 'z', type: 1, dims: ['N', 'D'] },
        ],
      }),
      /Name one column for each/,
    ],
    ['more than one free size', add({ inputs: [{ name: 'ids', type: 7, dims: ['N', 'L', 'H'] }] }), /more than one free size/],
    ['another operator than there is', add({ nodes: [{ op: 'Softmaxx', in: ['x'], out: ['y'] }] }), /native runtime cannot load the model/],
    [
      'another number of answers than promised',
      add({ outputs: [{ name: 'y', type: 1, dims: ['N', 3] }] }),
      /promises 3 numbers a row.*gives 2/,
    ],
    [
      'only labels',
      add({ nodes: [{ op: 'ArgMax', in: ['x'], out: ['y'] }], outputs: [{ name: 'y', type: 7, dims: ['N'] }] }),
      /only labels/,
    ],
    ['numbers that are no probabilities', add({ nodes: [{ op: 'Identity', in: ['x'], out: ['y'] }] }), /choose logits/],
    ['several labels a row', add({ nodes: [{ op: 'Sigmoid', in: ['x'], out: ['y'] }] }), /several labels a row/],
    [
      'answers that are no numbers',
      add({
        nodes: [
          { op: 'Log', in: ['x'], out: ['l'] },
          { op: 'Sub', in: ['l', 'l'], out: ['n'] },
          { op: 'Softmax', in: ['n'], out: ['y'] },
        ],
      }),
      /no answer .* to \d+ of 60 rows/,
    ],
    [
      'one answer for all rows',
      add({
        nodes: [
          { op: 'ReduceMean', in: ['x'], out: ['m'], attributes: { axes: { ints: [0] }, keepdims: { int: 1 } } },
          { op: 'Softmax', in: ['m'], out: ['y'] },
        ],
      }),
      /numbers for|cannot run the model/,
    ],
    [
      'answers that depend on other rows',
      add({
        nodes: [
          { op: 'ReduceMean', in: ['x'], out: ['m'], attributes: { axes: { ints: [0] }, keepdims: { int: 1 } } },
          { op: 'Sub', in: ['x', 'm'], out: ['s'] },
          { op: 'Softmax', in: ['s'], out: ['y'] },
        ],
      }),
      /alone than among other rows/,
    ],
  ])('%s', async (_name, bytes, words) => {
    const work = importFile(bytes, { columns: ['a', 'b'] })
    await expect(work).rejects.toMatchObject({ name: 'AppError', message: expect.stringMatching(words) })
  })

  test.each([
    ['too few columns', { columns: ['a', 'b', 'c'] }, 'columns', /reads 4 columns \(float_input float \[N, 4\]\), but 3 are chosen/],
    ['no columns', {}, 'columns', /Its inputs are float_input/],
    ['a column that is not there', { columns: ['a', 'b', 'c', 'nope'] }, 'columns', /no column "nope"/],
    ['text for a number', { columns: ['a', 'b', 'c', 'kind'] }, 'column', /"kind" as a number.*holds text/],
    ['names of another number of classes', { columns: names, classes: ['x', 'y'] }, 'classes', /3 classes, and 2 names/],
    ['other names than the file has', { columns: names, classes: ['x', 'y', 'z'] }, 'classes', /names its classes itself/],
    ['a target of other classes', { columns: names, target: 'two' }, 'classes', /None of the right answers in "two"/],
    ['a target that the model reads', { columns: names, target: 'a' }, 'columns', /holds the right answers/],
    ['an output that is not there', { columns: names, output: 'nope' }, 'output', /no output "nope"/],
  ])('%s', async (_name, params, hint, words) => {
    const error = await importFile(linearFile(), params).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'AppError', message: expect.stringMatching(words) })
    expect(error).toMatchObject({ hint: hint === 'column' ? { column: 'kind' } : { param: hint } })
  })

  test('a number without right answers has no interval', async () => {
    await expect(importFile(regressorFile(), { columns: names })).rejects.toMatchObject({ hint: { param: 'target' } })
  })

  test('a file that is not on this machine', async () => {
    const params = importOnnx.params.parse({ file: { artifact: 'c'.repeat(64), name: 'gone.onnx' }, columns: names })
    const work = run({ params, inputs: { sample: await table() }, ctx })
    await expect(work).rejects.toMatchObject({ code: 'not_found', message: expect.stringMatching(/gone.onnx is not on this machine/) })
  })
})
