import { expect, test } from 'vitest'
import { classificationReport } from '#ml/metrics/classification-report'
import { textStep } from '#ml/onnx/testing'
import { fitClassifier } from '#ml/pipeline/fit-classifier'
import { predictPipeline } from '#ml/pipeline/predict'
import { findBanking77, readBanking77 } from './parts-banking77'
import { findEnron, readEnron } from './parts-enron'

const files = findBanking77()
const column = (values: readonly string[]) => ({ text: { type: 'text' as const, values, missing: new Uint8Array(values.length) } })

test.skipIf(files === null)(
  'Banking77, words 1-2 and characters 2-4: at least .90 accurate, calibrated within .05 (skipped: no ../shared/data)',
  async () => {
    const [train, held] = [readBanking77(files?.train ?? ''), readBanking77(files?.test ?? '')]
    expect([train.texts.length, held.texts.length]).toEqual([10_003, 3_080])
    const pipeline = await fitClassifier({
      columns: column(train.texts),
      target: train.labels,
      plan: {
        prepare: [],
        features: [textStep({ chars: { min: 2, max: 4 }, minRows: 2 })],
      },
      estimator: { kind: 'logistic-regression', c: 10, penalty: 'l2', l1Share: 0.5, balanced: false, maxEpochs: 60 },
      calibration: 'temperature',
      seed: 42,
    })
    const truth = Int32Array.from(held.labels, (label) => pipeline.classes.indexOf(label))
    const { probabilities } = predictPipeline(pipeline, column(held.texts))
    const report = classificationReport({ classes: pipeline.classes, truth, probabilities })
    console.log(
      JSON.stringify({
        accuracy: report.accuracy,
        macroF1: report.macroF1,
        logLoss: report.logLoss,
        ece: report.ece,
        temperature: pipeline.training.temperature,
      }),
    )
    expect(report.accuracy).toBeGreaterThanOrEqual(0.9)
    expect(report.ece).toBeLessThanOrEqual(0.05)
  },
  300_000,
)

const enron = findEnron()

test.skipIf(enron === null)(
  'Enron intent, words 1-2, C = 10: as accurate on the test file as scikit-learn’s LogisticRegression(C=10), .8054 (skipped: no ../shared/data)',
  async () => {
    const { train, held } = readEnron(enron ?? '')
    expect([train.texts.length, held.texts.length]).toEqual([3_657, 992])
    const pipeline = await fitClassifier({
      columns: column(train.texts),
      target: train.labels,
      plan: {
        prepare: [],
        features: [textStep({})],
      },
      estimator: { kind: 'logistic-regression', c: 10, penalty: 'l2', l1Share: 0.5, balanced: false, maxEpochs: 100 },
      calibration: 'temperature',
      seed: 42,
    })
    const predicted = predictPipeline(pipeline, column(held.texts)).labels
    const right = held.labels.filter((label, row) => pipeline.classes[predicted[row] ?? -1] === label).length
    expect(right / held.labels.length).toBeGreaterThanOrEqual(0.8)
  },
  120_000,
)
