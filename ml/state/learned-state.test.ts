import { describe, expect, test } from 'vitest'
import type { EstimatorKind } from '#core/estimators/estimators'
import type { FeatureStep } from '#core/ports/plan'
import { estimatorOf, fitTickets, rawSteps, ticketSteps, tickets } from '#ml/explain/testing'
import { textStep } from '#ml/onnx/testing'
import type { TrainColumns } from '#ml/pipeline/data'
import type { LearnedPipeline } from '#ml/pipeline/fitted-pipeline'
import { predictPipeline } from '#ml/pipeline/predict'
import { readLearnedState, writeLearnedState } from './learned-state'

const few = { trees: 6, minRows: 4 }
const models: [EstimatorKind, Record<string, unknown>, FeatureStep[]][] = [
  ['logistic-regression', {}, ticketSteps],
  ['logistic-regression', {}, [textStep({ hashBits: 9 })]],
  ['naive-bayes', {}, [textStep({ weighting: 'count', chars: { min: 3, max: 4 }, words: null, minRows: 3 })]],
  ['gaussian-naive-bayes', {}, ticketSteps.slice(1)],
  ['nearest-neighbours', {}, ticketSteps],
  ['neural-network', {}, ticketSteps],
  ['gradient-boosting', few, rawSteps],
  ['random-forest', few, [textStep({ maxTerms: 20 })]],
  ['linear-regression', {}, [...ticketSteps, { kind: 'selection', columns: [], method: 'variance', keep: 20, above: 0 }]],
  ['linear-svm', {}, [...ticketSteps.slice(0, 2), { kind: 'components', columns: [], components: 5, centre: true }]],
  ['gradient-boosting-regression', few, [{ ...ticketSteps[2], impute: 'none' } as FeatureStep]],
]

const answersOf = (pipeline: LearnedPipeline, columns: TrainColumns) =>
  pipeline.task === 'regression' ? predictPipeline(pipeline, columns) : predictPipeline(pipeline, columns)

describe.each(models)('what %s learned, with %j', (kind, params, features) => {
  const trained = fitTickets(estimatorOf(kind, params), { features, calibration: kind === 'naive-bayes' ? 'isotonic' : 'sigmoid' })
  test('answers new rows to the bit as before it was stored', async () => {
    const pipeline = await trained
    const bytes = writeLearnedState(pipeline)
    const read = readLearnedState(bytes ?? new Uint8Array())
    // other rows, with a character and words that the training had not
    const { columns } = tickets(150, 99)
    const text = columns.text
    if (text?.type !== 'text') throw new Error('text is text')
    columns.text = { ...text, values: text.values.map((value, row) => (row % 2 === 0 ? `${value} ζebra 日本 refundx` : value)) }
    expect(answersOf(read, columns)).toEqual(answersOf(pipeline, columns))
    expect(read.background).toEqual(pipeline.background)
  })
  test('is the same bytes from the same training, and again when it is stored again', async () => {
    const bytes = writeLearnedState(await trained) ?? new Uint8Array()
    const again = await fitTickets(estimatorOf(kind, params), { features, calibration: kind === 'naive-bayes' ? 'isotonic' : 'sigmoid' })
    expect(Buffer.compare(Buffer.from(writeLearnedState(again) ?? []), Buffer.from(bytes))).toBe(0)
    expect(Buffer.compare(Buffer.from(writeLearnedState(readLearnedState(bytes)) ?? []), Buffer.from(bytes))).toBe(0)
  })
})

test('a vocabulary is stored without the words that are no features', async () => {
  const [all, one] = await Promise.all(
    [1_000, 1].map((maxTerms) => fitTickets(estimatorOf('logistic-regression'), { features: [textStep({ maxTerms })] })),
  )
  const sizes = [all, one].map((pipeline) => {
    const block = pipeline && readLearnedState(writeLearnedState(pipeline) ?? new Uint8Array()).features.blocks[0]
    return block?.kind === 'text' ? block.table.size : 0
  })
  expect(sizes[0]).toBeGreaterThan(50)
  expect(sizes[1]).toBe(1)
})

test.each<[string, (bytes: Uint8Array) => Uint8Array, string]>([
  ['other bytes', () => new TextEncoder().encode('an .onnx file, perhaps'), 'of another kind, or of another version'],
  ['half a file', (bytes) => bytes.subarray(0, bytes.length / 2), 'cut off'],
  ['a few bytes', (bytes) => bytes.subarray(0, 9), 'cut off'],
])('%s are refused', async (_name, spoil, words) => {
  const bytes =
    writeLearnedState(await fitTickets(estimatorOf('linear-regression'), { features: ticketSteps.slice(2, 3) })) ?? new Uint8Array()
  expect(() => readLearnedState(spoil(bytes))).toThrow(words)
})
