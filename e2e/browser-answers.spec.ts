import type { Page } from '@playwright/test'
import { type EstimatorKind, estimatorSchema, estimators } from '#core/estimators/estimators'
import { type FeatureStep, featureStepSchema } from '#core/ports/plan'
import { momentTexts } from '#ml/features/moments'
import { modelText } from '#ml/features/raw-columns'
import { exportPipeline } from '#ml/onnx/export-pipeline'
import { madeUpColumns, madeUpRows, madeUpVectors, textColumn, textStep } from '#ml/onnx/testing'
import type { TrainColumns } from '#ml/pipeline/data'
import { fitPipeline } from '#ml/pipeline/fit'
import { fitUnlabelled } from '#ml/pipeline/fit-unlabelled'
import type { FittedPipeline } from '#ml/pipeline/fitted-pipeline'
import { predictPipeline } from '#ml/pipeline/predict'
import { fitTasteful } from '#ml/recommend/testing'
import { expect, test } from './support/test'

const rows = 120
const made = madeUpRows(rows * 2)
const train = madeUpColumns(made, 0, rows)
const unseen = madeUpColumns(made, rows, rows)

/** Params that make an estimator quick, where its defaults are not. */
const quick: Partial<Record<EstimatorKind, object>> = {
  'gradient-boosting': { trees: 10 },
  'gradient-boosting-regression': { trees: 10 },
  'random-forest': { trees: 10 },
  'random-forest-regression': { trees: 10 },
  'extra-trees': { trees: 10 },
  'neural-network': { epochs: 5 },
}

const steps = (...given: object[]): FeatureStep[] => given.map((step) => featureStepSchema.parse(step))
const counts = textStep({ chars: { min: 2, max: 4 }, minRows: 2, maxTerms: 2_000 })
const person = { kind: 'category', columns: ['person'], minRows: 2, maxValues: 50 }
/** For estimators that know only numbers of 0 and above. */
const positive = steps(counts, { ...person, encoding: 'one-hot' })
const { step: wordVectors, vectors } = madeUpVectors(8, { weighting: 'sif', indicator: true })
const scaled = steps(
  counts,
  wordVectors,
  { ...person, encoding: 'target' },
  { kind: 'cross', columns: ['a', 'b'], minRows: 2, maxValues: 20, encoding: 'one-hot' },
  { kind: 'statistics', columns: ['text'], statistics: ['words', 'capitals'], scale: 'standard' },
  { kind: 'number', columns: ['size'], impute: 'median', indicator: true, scale: 'quantile' },
  {
    kind: 'date',
    columns: ['sent', 'written'],
    parts: ['month', 'weekday'],
    cyclic: true,
    ageTo: 'latest',
    impute: 'mean',
    indicator: true,
    scale: 'standard',
  },
)
/** For estimators without right answers, of which there are no means. */
const unlabelled = scaled.map((step) => (step.kind === 'category' ? { ...step, encoding: 'one-hot' as const } : step))
/** For trees, which part whole categories and send what is missing down a side of its own. */
const raw = steps(
  { ...counts, maxTerms: 100 },
  { ...person, encoding: 'codes' },
  { kind: 'number', columns: ['size'], impute: 'none', indicator: false, scale: 'none' },
)

function featuresOf(kind: EstimatorKind): FeatureStep[] {
  if (kind === 'naive-bayes') return positive
  if ('readsRaw' in estimators[kind]) return raw
  return ['clustering', 'anomalies'].includes(estimators[kind].task) ? unlabelled : scaled
}

/** A pipeline of this estimator, trained on half of the rows. */
function fitted(kind: EstimatorKind): Promise<FittedPipeline> {
  const { task } = estimators[kind]
  const args = {
    columns: train,
    plan: { prepare: [], features: featuresOf(kind) },
    vectors,
    estimator: estimatorSchema.parse({ kind, ...estimators[kind].params.parse(quick[kind] ?? {}) }),
    seed: 7,
  }
  if (task === 'clustering' || task === 'anomalies') return fitUnlabelled(args)
  if (task === 'classification') return fitPipeline({ ...args, target: made.labels.slice(0, rows), calibration: 'temperature' })
  const sizes = Float64Array.from(train.size.values, (size, i) => (size || 1990) + 10 * (i % 7))
  return fitPipeline({ ...args, target: sizes, calibration: 'none' })
}

async function expectSame(page: Page, pipeline: FittedPipeline, columns: TrainColumns) {
  await page.goto('/workflows')
  const answers = await answerInPage(page, exportPipeline(pipeline), feedsOf(pipeline, columns))
  const expected =
    pipeline.task === 'regression' ? predictPipeline(pipeline, columns).values : predictPipeline(pipeline, columns).probabilities
  expect(answers).toHaveLength(expected.length)
  const gaps = Array.from(expected, (value, i) => Math.abs(value - (answers[i] ?? Number.NaN)) / Math.max(1, Math.abs(value)))
  expect(gaps.reduce((most, gap) => Math.max(most, gap), 0)).toBeLessThanOrEqual(1e-5)
}

test.describe('a model answers in this browser as it does in training', () => {
  for (const kind of (Object.keys(estimators) as EstimatorKind[]).filter((kind) => kind !== 'recommender')) {
    test(kind, async ({ page }) => expectSame(page, await fitted(kind), unseen))
  }
  for (const algorithm of ['ease', 'als', 'item-item', 'popularity'] as const) {
    test(`recommender, ${algorithm}`, async ({ page }) => {
      const { pipeline, histories } = await fitTasteful(algorithm, { users: 150 })
      await expectSame(page, pipeline, { history: textColumn(histories) })
    })
  }
})

type Feed = { name: string; numbers?: number[]; texts?: string[] }

function feedsOf({ signature }: FittedPipeline, columns: TrainColumns): Feed[] {
  return signature.inputs.map(({ name, format }) => {
    const column = columns[name]
    if (!column) throw new Error(`no column ${name}`)
    if (format === 'moment') return { name, texts: [...momentTexts(column)] }
    return column.type === 'number' ? { name, numbers: [...column.values] } : { name, texts: column.values.map(modelText) }
  })
}

/** What the product's own onnxruntime answers in the page: probabilities row by row, or numbers. */
function answerInPage(page: Page, model: Uint8Array, feeds: Feed[]): Promise<number[]> {
  return page.evaluate(
    async ({ base64, feeds }) => {
      const url = '/ort/ort.wasm.min.mjs'
      const ort: typeof import('onnxruntime-web/wasm') = await import(url)
      ort.env.wasm.wasmPaths = '/ort/'
      ort.env.wasm.numThreads = 1
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
      const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] })
      const inputs = feeds.map(({ name, numbers, texts }) => {
        const shape = [(numbers ?? texts ?? []).length, 1]
        return [
          name,
          numbers ? new ort.Tensor('float32', Float32Array.from(numbers), shape) : new ort.Tensor('string', texts ?? [], shape),
        ] as const
      })
      const { probabilities, value } = await session.run(Object.fromEntries(inputs))
      return [...((probabilities ?? value)?.data ?? [])].map(Number)
    },
    { base64: Buffer.from(model).toString('base64'), feeds },
  )
}
