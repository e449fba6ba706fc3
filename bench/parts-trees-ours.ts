/** One training of trees in a process of its own: prints CPU seconds, ROC-AUC and peak memory as JSON. tsx parts-trees-ours.ts <folder> <task> */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { estimators } from '#core/estimators/estimators'
import { fitGradientBoosting } from '#ml/estimators/gradient-boosting'
import { fitRandomForest } from '#ml/estimators/random-forest'
import { rankingOf } from '#ml/metrics/ranking'
import { scoresOf } from '#ml/models/model-state'
import { softmaxRows } from '#ml/models/scores'
import { rowsOf } from './parts-made-table'

const [folder = '', task = ''] = process.argv.slice(2)
const { train, test, columns, classes } = JSON.parse(readFileSync(path.join(folder, `${task}.json`), 'utf8'))
const table = { x: new Float32Array(bytesOf('x')), y: new Int32Array(bytesOf('y')), rows: train + test, columns, classes }
const data = { x: rowsOf(table, 0, train), y: table.y.slice(0, train), classes, weights: null }
const began = process.cpuUsage()
const { state } = await (task === 'forest'
  ? fitRandomForest(estimators['random-forest'].params.parse({}), data, { seed: 1 })
  : fitGradientBoosting(estimators['gradient-boosting'].params.parse({ earlyStopping: false }), data, { seed: 1 }))
const { user, system } = process.cpuUsage(began)
const probabilities = softmaxRows(scoresOf(state, rowsOf(table, train, train + test)), classes)
console.log(
  JSON.stringify({
    seconds: (user + system) / 1e6,
    auc: meanArea(probabilities, table.y.slice(train)),
    peakMb: process.resourceUsage().maxRSS / 1024,
  }),
)

function bytesOf(name: string): ArrayBuffer {
  const file = readFileSync(path.join(folder, `${task}.${name}`))
  return file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength)
}

/** One class against the rest, mean over classes. */
function meanArea(p: Float32Array, y: Int32Array): number {
  let sum = 0
  for (let k = 0; k < classes; k++) {
    const scores = Float64Array.from(y, (_, row) => p[row * classes + k] ?? 0)
    const isClass = Uint8Array.from(y, (label) => (label === k ? 1 : 0))
    sum += rankingOf(scores, isClass).rocAuc ?? Number.NaN
  }
  return sum / classes
}
