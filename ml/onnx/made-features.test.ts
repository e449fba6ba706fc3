import { describe, expect, test } from 'vitest'
import { type Estimator, estimatorSchema } from '#core/estimators/estimators'
import { type FeatureStep, featureStepSchema } from '#core/ports/plan'
import { fitPipeline } from '#ml/pipeline/fit'
import { predictPipeline } from '#ml/pipeline/predict'
import { exportPipeline } from './export-pipeline'
import { compareValuesWithOnnx, compareWithOnnx, fitOn, madeUpColumns, madeUpRows, type RuntimeName, textColumn } from './testing'

const rows = 300
const made = madeUpRows(rows * 2)
const { labels } = made
const columnsOf = (from: number) => madeUpColumns(made, from, rows)
const steps = (...given: object[]): FeatureStep[] => given.map((step) => featureStepSchema.parse(step))
const date = { kind: 'date', columns: ['sent', 'written'], parts: ['month', 'weekday', 'hour'], cyclic: true, ageTo: 'latest' }
const scaledDate = { ...date, impute: 'mean', indicator: true, scale: 'standard' }
const treeDate = { ...date, cyclic: false, impute: 'none', indicator: false, scale: 'none' }
const people = { kind: 'category', columns: ['person'], minRows: 2, maxValues: 50, encoding: 'target' }
const cross = { kind: 'cross', columns: ['a', 'b'], minRows: 2, maxValues: 20, encoding: 'one-hot' }
const statistics = { kind: 'statistics', columns: ['text'], statistics: ['characters', 'words', 'capitals'], scale: 'standard' }
const size = { kind: 'number', columns: ['size'], impute: 'median', indicator: true, scale: 'none' }
const selection = { kind: 'selection', columns: [], method: 'f-test', keep: 12, above: 0 }
const all = steps(scaledDate, people, cross, statistics, size, selection)
const boosting: Estimator = estimatorSchema.parse({ kind: 'gradient-boosting', trees: 20 })

describe.each([
  { name: 'a linear model', features: all, estimator: undefined },
  {
    name: 'boosting',
    features: steps(treeDate, people, { ...cross, encoding: 'codes' }, { ...statistics, scale: 'none' }, selection),
    estimator: boosting,
  },
])('$name of dates, shares, pairs and statistics, selected', ({ features, estimator }) => {
  const train = columnsOf(0)
  const fitted = fitOn({
    columns: train,
    target: labels.slice(0, rows),
    plan: { prepare: [], features },
    ...(estimator && { estimator }),
  })
  test.each<RuntimeName>(['native', 'web'])('answers alike in %s', async (runtime) => {
    const pipeline = await fitted
    const { difference, labels: others } = await compareWithOnnx(exportPipeline(pipeline), pipeline, columnsOf(rows), runtime)
    expect(difference).toBeLessThanOrEqual(1e-5)
    expect(others).toBe(0)
  })
  test('answers rows that it has not seen', async () => {
    const pipeline = await fitted
    const { labels: own } = predictPipeline(pipeline, columnsOf(rows))
    expect(own.filter((label, i) => pipeline.classes[label] === labels[rows + i]).length / rows).toBeGreaterThan(0.9)
  })
})

test.each<RuntimeName>(['native', 'web'])(
  'a linear model of numbers answers alike in %s, also where a selection moves its terms',
  async (runtime) => {
    const columns = columnsOf(0)
    const pipeline = await fitPipeline({
      columns,
      target: Float64Array.from(
        columns.size.values,
        (value, i) => (Number.isNaN(value) ? 1990 : value) * 3 + (labels[i]?.length ?? 0) * 10,
      ),
      plan: { prepare: [], features: steps(scaledDate, people, size, { ...selection, keep: 6 }) },
      estimator: estimatorSchema.parse({ kind: 'linear-regression' }),
      calibration: 'none',
      seed: 7,
    })
    if (pipeline.task !== 'regression') throw new Error('no regressor')
    expect(pipeline.features.kept).toHaveLength(6)
    expect(await compareValuesWithOnnx(exportPipeline(pipeline), pipeline, columnsOf(rows), runtime)).toBeLessThanOrEqual(1e-5)
  },
)

test('a category of a value a row promises nothing out of fold, and so the model does not go by it', async () => {
  const rare = { ...people, minRows: 1, maxValues: 1_000 }
  const columns = { person: textColumn(Array.from({ length: rows }, (_, i) => `id ${i}`)), size: columnsOf(0).size }
  const pipeline = await fitOn({ columns, target: labels.slice(0, rows), plan: { prepare: [], features: steps(rare, size) } })
  const { labels: own } = predictPipeline(pipeline, columns)
  expect(own.filter((label, i) => pipeline.classes[label] === labels[i]).length / rows).toBeLessThan(0.6)
})
