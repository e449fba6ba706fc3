import { describe, expect, test } from 'vitest'
import { estimatorSchema } from '#core/estimators/estimators'
import { featureStepSchema } from '#core/ports/plan'
import { exportPipeline } from './export-pipeline'
import { compareWithOnnx, fitOn, type RuntimeName, textColumn } from './testing'

/** Lists with repeats, empty and unknown entries, spaces, capitals and odd characters. */
const entries = ['red', 'Red', 'deep blue', 'grün', '日本', '😀', 'a,b', '']
const list = (i: number, separator: string) =>
  Array.from({ length: (i * 7) % 5 }, (_, j) =>
    i % 11 === j ? `never seen ${i}` : (entries[(i * 3 + j * j) % entries.length] ?? ''),
  ).join(separator)
const label = (i: number, classes: number) => `class ${((i * 7) % 5) % classes}${(i * 3) % 8 < 4 ? '' : ' b'}`

const stepOf = (separator: string) => featureStepSchema.parse({ kind: 'list', columns: ['tags'], separator, minRows: 2, maxValues: 100 })
const columnsOf = (from: number, rows: number, separator: string) => ({
  tags: textColumn(Array.from({ length: rows }, (_, i) => list(from + i, separator))),
})

describe.each([
  ['|', 'logistic-regression'],
  ['||', 'logistic-regression'],
  ['\n', 'gradient-boosting'],
])('lists between %j, by %s', (separator, kind) => {
  const fitted = fitOn({
    columns: columnsOf(0, 200, separator),
    target: Array.from({ length: 200 }, (_, i) => label(i, 5)),
    plan: { prepare: [], features: [stepOf(separator)] },
    estimator: estimatorSchema.parse({ kind, ...(kind === 'gradient-boosting' && { trees: 10 }) }),
  })
  test.each<RuntimeName>(['native', 'web'])('are answered alike in %s', async (runtime) => {
    const pipeline = await fitted
    const bytes = exportPipeline(pipeline)
    const { difference, labels } = await compareWithOnnx(bytes, pipeline, columnsOf(150, 150, separator), runtime)
    expect(difference).toBeLessThanOrEqual(1e-5)
    expect(labels).toBe(0)
  })
  test.each<RuntimeName>(['native', 'web'])('may all be empty, or end in half a separator, in %s', async (runtime) => {
    const pipeline = await fitted
    const bytes = exportPipeline(pipeline)
    for (const texts of [['', ''], [separator], [`red${separator[0]}`, `${separator}red${separator}`], ['nothing known']]) {
      const { difference } = await compareWithOnnx(bytes, pipeline, { tags: textColumn(texts) }, runtime)
      expect(difference).toBeLessThanOrEqual(1e-5)
    }
  })
})

test('many outputs read the entries side by side, and answer alike', async () => {
  const classes = 70
  const pipeline = await fitOn({
    columns: columnsOf(0, 420, '|'),
    target: Array.from({ length: 420 }, (_, i) => `class ${i % classes}`),
    plan: { prepare: [], features: [stepOf('|')] },
    estimator: estimatorSchema.parse({ kind: 'naive-bayes' }),
  })
  const { difference } = await compareWithOnnx(exportPipeline(pipeline), pipeline, columnsOf(300, 200, '|'), 'native')
  expect(difference).toBeLessThanOrEqual(1e-5)
})

test('says so where no entry is frequent enough', async () => {
  const columns = { tags: textColumn(Array.from({ length: 20 }, (_, i) => `only ${i}`)) }
  const fit = fitOn({
    columns,
    target: Array.from({ length: 20 }, (_, i) => `class ${i % 2}`),
    plan: { prepare: [], features: [stepOf('|')] },
  })
  await expect(fit).rejects.toMatchObject({
    message: expect.stringMatching(/No entry of the lists in the column "tags"/),
    hint: { param: 'minRows' },
  })
})

test('the signature says what stands between entries, and the reference counts them', async () => {
  const pipeline = await fitOn({
    columns: columnsOf(0, 200, '|'),
    target: Array.from({ length: 200 }, (_, i) => label(i, 5)),
    plan: { prepare: [], features: [stepOf('|')] },
  })
  expect(pipeline.signature.inputs).toMatchObject([{ name: 'tags', type: 'text', separator: '|' }])
  expect(pipeline.reference.columns).toMatchObject([{ kind: 'length', separator: '|', edges: expect.arrayContaining([1, 4]) }])
})
