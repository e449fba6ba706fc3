/** One task on Banking77 in a process of its own: prints its figures as JSON. tsx parts-text-ours.ts <train.csv> <test.csv> vectorise|row|cross-validate|train */
import { fitFeatures, transformFeatures } from '#ml/features/fit-plan'
import { readRawColumns } from '#ml/features/read-raw-columns'
import { exportPipeline } from '#ml/onnx/export-pipeline'
import { fitClassifier } from '#ml/pipeline/fit-classifier'
import { crossValidateClassifier } from '#ml/validate/cross-validate-classifier'
import { openFoldThreads } from '#server/folds/fold-threads'
import { loadModel } from '#server/serving/models/load-model'
import { readBanking77, wordsOfBanking77 as step } from './parts-banking77'

/** A gateway answers for weeks: its code is compiled. */
const warmRows = 3_000
const measuredRows = 1_000
const [trainFile = '', testFile = '', task = ''] = process.argv.slice(2)
const { texts, labels } = readBanking77(trainFile)
const recipe = {
  columns: columnOf(texts),
  target: labels,
  plan: { prepare: [], features: [step] },
  estimator: { kind: 'logistic-regression', c: 10, penalty: 'l2', l1Share: 0.5, balanced: false, maxEpochs: 100 },
  calibration: 'temperature',
  seed: 1,
} as const satisfies Parameters<typeof fitClassifier>[0]

const tasks: Record<string, () => Promise<Record<string, number>>> = {
  vectorise: async () => {
    const times: number[] = []
    for (let i = 0; i < 6; i++) times.push(await vectorise())
    const [first = Number.NaN, ...again] = times
    return { first, again: median(again) }
  },
  row,
  'cross-validate': async () => {
    const folds = openFoldThreads()
    const began = performance.now()
    const strategy = { kind: 'stratified', seed: 0 } as const
    const report = await crossValidateClassifier({ ...recipe, folds: 10, strategy, threads: folds.upTo(2, 4096) })
    const seconds = (performance.now() - began) / 1000
    await folds.close()
    return { seconds, accuracy: report.accuracy.mean }
  },
  // as a stage trains: on all rows, and out of fold for the calibration
  train: async () => {
    const began = process.cpuUsage()
    await fitClassifier(recipe)
    return { seconds: secondsSince(began), peakMb: process.resourceUsage().maxRSS / 1024 }
  },
}
console.log(JSON.stringify(await tasks[task]?.()))

async function vectorise(): Promise<number> {
  const began = process.cpuUsage()
  const raw = await readRawColumns(columnOf(texts), [step])
  const rows = Int32Array.from(texts, (_, row) => row)
  transformFeatures(await fitFeatures(raw, rows), raw, rows)
  return secondsSince(began)
}

/** Milliseconds of one row, as the gateway answers it once a request is read. */
async function row(): Promise<Record<string, number>> {
  const pipeline = await fitClassifier(recipe)
  const source = { versionId: '', version: 1, model: 'bench', bytes: exportPipeline(pipeline) }
  const model = await loadModel(source, async () => (record) => record)
  const held = readBanking77(testFile).texts
  const times: number[] = []
  for (let i = 0; i < warmRows + measuredRows; i++) {
    const text = held[i % held.length] ?? ''
    const began = performance.now()
    await model.predict([{ text }])
    times.push(performance.now() - began)
  }
  await model.close()
  return { row: median(times.slice(warmRows)) }
}

function columnOf(values: readonly string[]) {
  return { text: { type: 'text' as const, values, missing: new Uint8Array(values.length) } }
}

function secondsSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1e6
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
