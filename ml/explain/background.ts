import type { Signature, SignatureInput } from '#core/model/signature'
import { seededRandom, shuffle } from '#ml/estimators/random'
import type { Answers } from '#ml/features/answers'
import { daysBefore1970, momentsOf, secondsPerDay } from '#ml/features/moments'
import { columnOf, textsOf } from '#ml/features/raw-columns'
import { rowsAt, type SparseRows } from '#ml/features/sparse-rows'
import { steadyTerms } from '#ml/features/steady-terms'
import type { TrainColumn, TrainColumns } from '#ml/pipeline/data'
import { pause } from '#ml/pipeline/pause'

/** What explanations need to know of the training rows. */
export type Background = {
  /** [terms]: mean over all training rows; a missing value counts for nothing. */
  means: Float32Array
  /** [terms]: standard deviation, likewise. */
  spreads: Float32Array
  /** Terms that every training row holds, ascending. */
  steady: Int32Array
  /** A usual value of each raw column: the median number, the most frequent category, the middle moment, the empty text. */
  typical: Record<string, string | number>
  sample: SampleRows
}

/** Some training rows, to look for similar ones among. */
export type SampleRows = {
  /** Their places in the training table, ascending. */
  rows: Int32Array
  /** Index of the right class, or the right number, of each. */
  answers: Int32Array | Float64Array
  /** Their features. */
  x: Pick<SparseRows, 'ptr' | 'ids' | 'values'>
}

const most = { rows: 2_000, values: 2_000_000 }

/**
 * Describes the training rows `x`, as the model learned from them. The sample has at most 2,000 rows and about two million
 * values, drawn by `seed`: of every class its share and at least one row, of numbers some of every size.
 */
export async function describeBackground(
  x: SparseRows,
  { columns, signature, answers, seed }: { columns: TrainColumns; signature: Signature; answers: Answers; seed: number },
  signal?: AbortSignal,
): Promise<Background> {
  return {
    ...(await meansAndSpreads(x, signal)),
    steady: steadyTerms(x),
    typical: Object.fromEntries(signature.inputs.map((input) => [input.name, typicalValue(input, columnOf(columns, input.name))])),
    sample: takeSample(x, answers, seed),
  }
}

const valuesPerPause = 5_000_000

type Sums = { sums: Float64Array; held: Float64Array; missing: Float64Array }

/** In two passes: numbers far from 0 would cancel in one. */
async function meansAndSpreads(x: SparseRows, signal: AbortSignal | undefined): Promise<Pick<Background, 'means' | 'spreads'>> {
  const { terms, rows, values } = x
  const all: Sums = { sums: new Float64Array(terms), held: new Float64Array(terms), missing: new Float64Array(terms) }
  for (let from = 0; from < values.length; from += valuesPerPause) {
    addValues(x, from, all)
    await pause(signal)
  }
  const { held, missing } = all
  const means = all.sums.map((sum, term) => sum / Math.max(1, rows - (missing[term] ?? 0)))
  const squares = new Float64Array(terms)
  for (let from = 0; from < values.length; from += valuesPerPause) {
    addSquares(x, from, means, squares)
    await pause(signal)
  }
  const spreads = squares.map((sum, term) => {
    const present = rows - (missing[term] ?? 0)
    // rows that leave the term out are 0
    return Math.sqrt((sum + (present - (held[term] ?? 0)) * (means[term] ?? 0) ** 2) / Math.max(1, present))
  })
  return { means: Float32Array.from(means), spreads: Float32Array.from(spreads) }
}

function addValues({ ids, values }: SparseRows, from: number, { sums, held, missing }: Sums): void {
  for (let j = from, end = Math.min(values.length, from + valuesPerPause); j < end; j++) {
    const term = ids[j] ?? 0
    const value = values[j] ?? 0
    if (Number.isNaN(value)) missing[term] = (missing[term] ?? 0) + 1
    else {
      held[term] = (held[term] ?? 0) + 1
      sums[term] = (sums[term] ?? 0) + value
    }
  }
}

function addSquares({ ids, values }: SparseRows, from: number, means: Float64Array, squares: Float64Array): void {
  for (let j = from, end = Math.min(values.length, from + valuesPerPause); j < end; j++) {
    const term = ids[j] ?? 0
    const value = values[j] ?? 0
    if (!Number.isNaN(value)) squares[term] = (squares[term] ?? 0) + (value - (means[term] ?? 0)) ** 2
  }
}

function typicalValue({ type, format }: SignatureInput, column: TrainColumn): string | number {
  if (format === 'moment') {
    const seconds = momentsOf(column)
      .filter((moment) => !Number.isNaN(moment))
      .sort()
    const middle = middleOf(seconds)
    return middle === undefined ? '' : new Date((middle - daysBefore1970 * secondsPerDay) * 1000).toISOString()
  }
  if (type === 'text') return ''
  if (type === 'number') {
    const present = column.type === 'number' ? column.values.filter((value) => Number.isFinite(Math.fround(value))).sort() : []
    return middleOf(present) ?? Number.NaN
  }
  const counts = new Map<string, number>()
  for (const text of textsOf(column)) counts.set(text, (counts.get(text) ?? 0) + 1)
  let best = ''
  for (const [value, count] of counts) {
    const lead = count - (counts.get(best) ?? 0)
    if (lead > 0 || (lead === 0 && value < best)) best = value
  }
  return best
}

/** The value in the middle; of two, the lower. */
function middleOf<T>(sorted: ArrayLike<T>): T | undefined {
  return sorted[(sorted.length - 1) >> 1]
}

function takeSample(x: SparseRows, answers: Answers, seed: number): SampleRows {
  const valuesPerRow = Math.max(1, x.ids.length / Math.max(1, x.rows))
  const limit = Math.max(1, Math.min(most.rows, Math.floor(most.values / valuesPerRow)))
  const rows = x.rows <= limit ? Int32Array.from({ length: x.rows }, (_, row) => row) : chooseRows(x.rows, answers, limit, seed)
  const { ptr, ids, values } = rowsAt(x, rows)
  return {
    rows,
    answers:
      answers.classes === null
        ? Float64Array.from(rows, (row) => answers.y[row] ?? 0)
        : Int32Array.from(rows, (row) => answers.y[row] ?? 0),
    x: { ptr, ids, values },
  }
}

/** Rows at even steps of their order by answer, equal answers shuffled; and one of each class that was stepped over. */
function chooseRows(count: number, { y, classes }: Answers, limit: number, seed: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, row) => row)
  shuffle(order, seededRandom(seed))
  order.sort((a, b) => (y[a] ?? 0) - (y[b] ?? 0))
  const chosen = new Set(Array.from({ length: limit }, (_, i) => order[Math.floor((i * count) / limit)] ?? 0))
  if (classes) {
    const seen = new Set([...chosen].map((row) => y[row] ?? 0))
    for (const row of order) {
      const own = y[row] ?? 0
      if (seen.has(own)) continue
      seen.add(own)
      chosen.add(row)
    }
  }
  return Int32Array.from(chosen).sort()
}
