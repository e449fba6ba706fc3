import { describe, expect, test } from 'vitest'
import { type Estimator, estimatorSchema } from '#core/estimators/estimators'
import { type FeatureStep, featureStepSchema } from '#core/ports/plan'
import { fitUnlabelled } from '#ml/pipeline/fit-unlabelled'
import { exportPipeline } from './export-pipeline'
import { compareWithOnnx, madeUpMeasures, madeUpRows, numberColumn, type RuntimeName, textStep } from './testing'

const rows = 240
const made = madeUpRows(rows * 2)
const { labels } = made

/** Three kinds of rows, and now and then an odd one. */
function columnsOf(from: number) {
  const { amount, ...rest } = madeUpMeasures(made, from, rows)
  const all = Array.from({ length: rows }, (_, i) => from + i)
  return {
    ...rest,
    amount: numberColumn(Array.from(amount.values, (value, i) => value + ((from + i) % 60 === 1 ? 900 : 0))),
    sent: numberColumn(all.map((i) => 1.6e12 + ((i * 5 + (labels[i]?.length ?? 0) * 40) % 400) * 86_400_000)),
  }
}

const steps = (...given: object[]): FeatureStep[] => given.map((step) => featureStepSchema.parse(step))
const number = (column: string, scale: string) => ({ kind: 'number', columns: [column], impute: 'median', indicator: true, scale })
const plan = { kind: 'category', columns: ['plan'], minRows: 1, maxValues: 10 }
const sent = {
  kind: 'date',
  columns: ['sent'],
  parts: ['month', 'year'],
  cyclic: true,
  ageTo: 'latest',
  impute: 'mean',
  indicator: false,
  scale: 'none',
}
const plans: { features: string; plan: FeatureStep[] }[] = [
  { features: 'scaled numbers and categories', plan: steps(number('amount', 'standard'), number('year', 'standard'), plan) },
  { features: 'numbers as they are, far from 0', plan: steps(number('amount', 'none'), number('year', 'none'), sent) },
  { features: 'words', plan: [textStep({})] },
  { features: 'words beside numbers', plan: [textStep({ maxTerms: 50 }), ...steps(number('amount', 'robust'), plan)] },
  {
    features: 'a selection by variance',
    plan: steps(number('amount', 'minmax'), number('year', 'standard'), plan, {
      kind: 'selection',
      columns: [],
      method: 'variance',
      keep: 4,
      above: 0,
    }),
  },
  { features: 'features that the training chooses', plan: [] },
]
const estimators: Estimator[] = [
  estimatorSchema.parse({ kind: 'k-means', clusters: 3, restarts: 3 }),
  estimatorSchema.parse({ kind: 'k-means', clusters: 12, restarts: 1 }),
  estimatorSchema.parse({ kind: 'isolation-forest', trees: 60 }),
]

describe.each(estimators)('$kind', (estimator) => {
  test.each(plans)('of $features answers alike in both runtimes, also rows that it has not seen', async ({ plan: features }) => {
    const pipeline = await fitUnlabelled({
      columns: columnsOf(0),
      targetName: 'found',
      plan: { prepare: [], features },
      estimator,
      seed: 7,
    })
    const bytes = exportPipeline(pipeline)
    for (const runtime of ['native', 'web'] satisfies RuntimeName[]) {
      for (const from of [0, rows]) {
        const { difference, labels: others } = await compareWithOnnx(bytes, pipeline, columnsOf(from), runtime)
        expect(difference).toBeLessThanOrEqual(1e-5)
        expect(others).toBe(0)
      }
    }
    const again = await fitUnlabelled({ columns: columnsOf(0), targetName: 'found', plan: { prepare: [], features }, estimator, seed: 7 })
    expect(exportPipeline(again)).toEqual(bytes)
  })
})

test('steps that read right answers are refused, and so is a feature with the name of the answers', async () => {
  const learn = (features: FeatureStep[], targetName = 'found') =>
    fitUnlabelled({
      columns: columnsOf(0),
      targetName,
      plan: { prepare: [], features },
      estimator: estimatorSchema.parse({ kind: 'k-means', clusters: 3 }),
      seed: 7,
    })
  await expect(learn(steps(plan, { kind: 'selection', columns: [], method: 'chi-square', keep: 4, above: 0 }))).rejects.toThrow(
    /chi-square looks at right answers, and k-means has none: choose variance/,
  )
  await expect(learn(steps({ ...plan, encoding: 'target' }))).rejects.toThrow(/means of right answers, and k-means has none/)
  await expect(learn(steps(plan), 'plan')).rejects.toThrow(/called "plan", and a column of that name is a feature/)
  await expect(learn(steps({ ...number('amount', 'none'), impute: 'none' }))).rejects.toThrow(/k-means model cannot read missing values/)
})
