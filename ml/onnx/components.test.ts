import { describe, expect, test } from 'vitest'
import { estimatorSchema, labelledKinds, taskOf } from '#core/estimators/estimators'
import { type FeatureStep, featureStepSchema } from '#core/ports/plan'
import { fitPipeline } from '#ml/pipeline/fit'
import { fitUnlabelled } from '#ml/pipeline/fit-unlabelled'
import { exportPipeline } from './export-pipeline'
import { compareValuesWithOnnx, compareWithOnnx, madeUpMeasures, madeUpRows, type RuntimeName, textStep } from './testing'

const rows = 260
const made = madeUpRows(rows * 2)
const { labels } = made
const columnsOf = (from: number) => madeUpMeasures(made, from, rows)
const steps = (...given: object[]): FeatureStep[] => given.map((step) => featureStepSchema.parse(step))
const number = (column: string, scale: string) => ({ kind: 'number', columns: [column], impute: 'median', indicator: true, scale })
const plan = { kind: 'category', columns: ['plan'], minRows: 1, maxValues: 10 }
const components = (components: number, centre: boolean) => ({ kind: 'components', columns: [], components, centre })
const selection = (keep: number) => ({ kind: 'selection', columns: [], method: 'variance', keep, above: 0 })

const words = [textStep({}), ...steps(components(12, false))]
const mixed = [
  textStep({ maxTerms: 60 }),
  ...steps(
    number('amount', 'none'),
    number('year', 'none'),
    plan,
    selection(50),
    components(9, true),
    number('year', 'minmax'),
    selection(8),
  ),
]
const quick = {
  'gradient-boosting': { trees: 25 },
  'gradient-boosting-regression': { trees: 25 },
  'random-forest': { trees: 25 },
  'random-forest-regression': { trees: 25 },
  'extra-trees': { trees: 25 },
}
// naive Bayes counts words, and components may be below 0
const kinds = labelledKinds.filter((kind) => kind !== 'naive-bayes')

describe.each(kinds)('%s', (kind) => {
  test.each([
    { of: 'words', features: words },
    { of: 'numbers far from 0, categories and words, selected before and after', features: mixed },
  ])('on components of $of answers alike in both runtimes', async ({ features }) => {
    const estimator = estimatorSchema.parse({ kind, ...Object.entries(quick).find(([name]) => name === kind)?.[1] })
    const isNumber = taskOf({ kind }) === 'regression'
    const target = isNumber
      ? Float64Array.from({ length: rows }, (_, i) => (labels[i]?.length ?? 0) * 100 + (i % 7))
      : labels.slice(0, rows)
    const pipeline = await fitPipeline({
      columns: columnsOf(0),
      target,
      plan: { prepare: [], features },
      estimator,
      calibration: 'none',
      seed: 7,
    })
    const bytes = exportPipeline(pipeline)
    for (const runtime of ['native', 'web'] satisfies RuntimeName[]) {
      if (pipeline.task === 'regression') {
        expect(await compareValuesWithOnnx(bytes, pipeline, columnsOf(rows), runtime)).toBeLessThanOrEqual(1e-5)
        continue
      }
      for (const from of [0, rows]) {
        const { difference, labels: others } = await compareWithOnnx(bytes, pipeline, columnsOf(from), runtime)
        expect(difference).toBeLessThanOrEqual(1e-5)
        expect(others).toBe(0)
      }
    }
  })
})

test.each([
  { kind: 'k-means', clusters: 4 },
  { kind: 'isolation-forest', trees: 40 },
])('$kind on components answers alike in both runtimes', async (params) => {
  const pipeline = await fitUnlabelled({
    columns: columnsOf(0),
    plan: { prepare: [], features: mixed },
    estimator: estimatorSchema.parse(params),
    seed: 7,
  })
  const bytes = exportPipeline(pipeline)
  for (const runtime of ['native', 'web'] satisfies RuntimeName[]) {
    const { difference, labels: others } = await compareWithOnnx(bytes, pipeline, columnsOf(rows), runtime)
    expect(difference).toBeLessThanOrEqual(1e-5)
    expect(others).toBe(0)
  }
})
