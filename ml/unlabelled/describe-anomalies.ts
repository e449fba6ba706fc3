import type { SignatureInput } from '#core/model/signature'
import type { AnomaliesReport } from '#core/reports/anomalies'
import { typicalColumn } from '#ml/explain/typical-column'
import { columnOf, textsOf } from '#ml/features/raw-columns'
import type { TrainColumn, TrainColumns } from '#ml/pipeline/data'
import type { Found } from '#ml/pipeline/fit-unlabelled'
import type { FittedClassifier } from '#ml/pipeline/fitted-pipeline'
import { pause } from '#ml/pipeline/pause'
import { pickColumn } from '#ml/pipeline/pick-rows'
import { predictPipeline } from '#ml/pipeline/predict'

type Described = Pick<AnomaliesReport, 'called' | 'threshold' | 'scores' | 'unusual' | 'reasons'>
type Unusual = AnomaliesReport['unusual'][number]

const most = { listed: 50, bins: 40, columns: 3, characters: 60 }
/** A score that falls by less was not due to the column. */
const leastFall = 0.005

/**
 * How unusual the training rows are, and the most unusual ones with what makes them so: a column's part is how far the score falls when
 * it alone has its usual value (the median, the most frequent category, no text). `columns` are the raw ones, `textOf` a row.
 */
export async function describeAnomalies(
  pipeline: FittedClassifier & { found: Found },
  columns: TrainColumns,
  textOf: (row: number) => string,
  signal?: AbortSignal,
): Promise<Described> {
  const { found, threshold } = pipeline
  const scores = found.probabilities.filter((_, at) => at % 2 === 0)
  const rows = Int32Array.from(scores.keys())
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
    .slice(0, most.listed)
  const unusual = Array.from(rows, (row): Unusual => ({ row, score: scores[row] ?? 0, text: textOf(row), columns: [] }))
  const taken = Object.fromEntries(pipeline.signature.inputs.map(({ name }) => [name, pickColumn(columnOf(columns, name), rows)]))
  for (const input of pipeline.signature.inputs) {
    await pause(signal)
    const own = columnOf(taken, input.name)
    const usual = typicalColumn(own, pipeline.background.typical[input.name] ?? '', rows.length)
    const without = predictPipeline(pipeline, { ...taken, [input.name]: usual }).probabilities
    const [values, typical] = [shownValues(own, input), shownValues(usual, input)]
    for (const [i, one] of unusual.entries()) {
      const score = without[i * 2] ?? 0
      if (one.score - score < leastFall) continue
      one.columns.push({ column: input.name, value: values[i] ?? '', usual: typical[i] ?? '', score })
    }
  }
  for (const one of unusual) one.columns = one.columns.sort((a, b) => a.score - b.score).slice(0, most.columns)
  return {
    called: found.labels.filter((label) => label === 0).length,
    threshold: threshold?.threshold ?? 1,
    scores: histogramOf(scores, threshold?.threshold ?? 1),
    unusual,
    reasons: countReasons(unusual),
  }
}

/** Values as people read them. */
function shownValues(column: TrainColumn, { format }: SignatureInput): string[] {
  if (column.type === 'number' && format === 'moment') {
    return Array.from(column.values, (value) =>
      Number.isFinite(value) ? new Date(value).toISOString().slice(0, 16).replace('T', ' ') : '',
    )
  }
  if (column.type === 'number') {
    return Array.from(column.values, (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(6))) : ''))
  }
  return textsOf(column).map((text) => (text.length > most.characters ? `${text.slice(0, most.characters - 1)}…` : text))
}

/** Bins of one width, about 40 over all scores, one of whose edges is the threshold: no bar holds rows of both sides. */
function histogramOf(scores: Float32Array, threshold: number): AnomaliesReport['scores'] {
  const low = scores.reduce((least, score) => Math.min(least, score), 1)
  const high = scores.reduce((top, score) => Math.max(top, score), 0)
  if (low === high) return { edges: [low, high], counts: [scores.length] }
  const middle = Math.min(threshold, high)
  const width = (high - low) / most.bins
  const below = Math.ceil((middle - low) / width)
  const counts = new Array<number>(below + Math.floor((high - middle) / width) + 1).fill(0)
  for (const score of scores) {
    const bin = score < middle ? below - Math.max(1, Math.ceil((middle - score) / width)) : below + Math.floor((score - middle) / width)
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return { edges: Array.from({ length: counts.length + 1 }, (_, i) => middle + (i - below) * width), counts }
}

function countReasons(unusual: readonly Unusual[]): AnomaliesReport['reasons'] {
  const counts = new Map<string, number>()
  for (const { columns } of unusual) {
    const [first] = columns
    if (first) counts.set(first.column, (counts.get(first.column) ?? 0) + 1)
  }
  return [...counts].map(([column, rows]) => ({ column, rows })).sort((a, b) => b.rows - a.rows || (a.column < b.column ? -1 : 1))
}
