import { AppError } from '#core/errors/app-error'
import type { SmallerMeasured } from '#core/model/smaller'
import type { ModelValue, TableValue } from '#core/ports/kinds'
import { textsOf } from '#ml/features/raw-columns'
import { numberErrors } from '#ml/metrics/number-errors'
import { int8Model } from '#ml/onnx/int8-model'
import { pickRows } from '#ml/pipeline/pick-rows'
import type { ColumnData, OnnxAnswers, OnnxInputs, OnnxRuntime, StageContext } from './define'
import { largestDifference, parityTolerance } from './parity'
import { onnxInputs, readModelInputs } from './predict-rows'

/** Rows on which both files are measured, evenly spaced over the table, and rows on which the runtimes are compared. */
const mostRows = 20_000
const comparedRows = 1_000
/** Both files answer all rows so often; the fastest time counts, because other work on the machine only slows. */
const rounds = 3

export type SmallerModel = { file: Pick<ModelValue, 'artifact' | 'bytes'>; measured: SmallerMeasured }

/**
 * Writes a model with its weights in int8 and measures it against the file as it is, on rows with or without right answers.
 * Throws AppError with a sentence when int8 does not pay, and when the runtimes would answer differently.
 */
export async function makeSmaller(
  model: ModelValue,
  rows: { table: TableValue; on: SmallerMeasured['on'] },
  ctx: StageContext,
): Promise<SmallerModel> {
  const before = await ctx.artifacts.read(model.artifact)
  const made = int8Model(before, model.recipe?.estimator.kind ?? null)
  if ('refusal' in made) throw new AppError('bad_input', { detail: made.refusal, hint: { param: 'weights' } })
  const table = await thinned(rows.table, ctx)
  if (table.rows === 0) {
    throw new AppError('bad_input', {
      detail: 'There are no rows to measure the smaller model on. Connect sample rows to Register.',
      hint: { port: 'sample' },
    })
  }
  const columns = await readModelInputs(model, table, ctx)
  const inputs = onnxInputs(model.signature, columns)
  const count = Math.min(table.rows, comparedRows)
  const places = Int32Array.from({ length: count }, (_, i) => Math.floor((i * table.rows) / count))
  const some = onnxInputs(model.signature, pickRows(columns, places))
  ctx.progress(10, 100, 'Asking the model as it is')
  const old = await answersOf(before, inputs, table.rows, ctx)
  ctx.progress(40, 100, 'Asking the smaller model')
  const fresh = await answersOf(made.bytes, inputs, table.rows, ctx)
  ctx.progress(75, 100, 'Comparing the runtimes')
  const parity = await compareRuntimes(made.bytes, some, count, ctx)
  const truth = await truthOf(model, table, ctx)
  return {
    file: { artifact: await ctx.artifacts.write(made.bytes), bytes: made.bytes.length },
    measured: {
      on: rows.on,
      rows: table.rows,
      bytes: { before: before.length, after: made.bytes.length },
      rowsPerSecond: { before: old.rowsPerSecond, after: fresh.rowsPerSecond },
      ...compareAnswers(old.answers, fresh.answers, truth),
      parity,
    },
  }
}

/** Every so many-th row of a long table, so that measuring takes seconds. */
async function thinned(table: TableValue, ctx: StageContext): Promise<TableValue> {
  if (table.rows <= mostRows) return table
  const every = Math.ceil(table.rows / mostRows)
  const sql = `SELECT * EXCLUDE (place) FROM (SELECT *, row_number() OVER () AS place FROM t) WHERE place % ${every} = 0`
  return { kind: 'table', ...(await ctx.tables.query(sql, { t: table.artifact })), plan: table.plan }
}

async function answersOf(
  bytes: Uint8Array,
  inputs: OnnxInputs,
  rows: number,
  ctx: StageContext,
): Promise<{ answers: OnnxAnswers; rowsPerSecond: number }> {
  const model = await ctx.onnx.open(bytes, 'native')
  try {
    let answers = await model.run(inputs, rows)
    let best = Number.POSITIVE_INFINITY
    for (let round = 0; round < rounds; round += 1) {
      if (ctx.signal.aborted) throw new AppError('cancelled')
      const began = ctx.now()
      answers = await model.run(inputs, rows)
      best = Math.min(best, ctx.now() - began)
    }
    return { answers, rowsPerSecond: Math.round((rows * 1000) / Math.max(1, best)) }
  } finally {
    await model.close()
  }
}

const numbersOf = (answers: OnnxAnswers) => (answers.task === 'regression' ? answers.values : answers.probabilities)

/** As largestDifference; a row that neither has an answer to, because it lacks a value, is no difference. */
function differenceOf(expected: Float32Array, given: Float32Array): number {
  const isNone = expected.map((value, i) => (Number.isNaN(value) && Number.isNaN(given[i]) ? 1 : 0))
  const known = (values: Float32Array) => values.map((value, i) => (isNone[i] === 1 ? 0 : value))
  return largestDifference(known(expected), known(given))
}

async function compareRuntimes(bytes: Uint8Array, inputs: OnnxInputs, rows: number, ctx: StageContext): Promise<number> {
  const of = async (runtime: OnnxRuntime) => {
    if (ctx.signal.aborted) throw new AppError('cancelled')
    const model = await ctx.onnx.open(bytes, runtime)
    try {
      return numbersOf(await model.run(inputs, rows))
    } finally {
      await model.close()
    }
  }
  const difference = differenceOf(await of('native'), await of('web'))
  if (difference <= parityTolerance) return difference
  throw new AppError('parity_failed', {
    detail: `In int8 the model answers differently in the two runtimes: by ${difference.toExponential(1)} on ${rows} rows, at most ${parityTolerance} is allowed. It was not kept; keep it in float32.`,
  })
}

/** The right answers; null when the rows have none, or the model learned without any. */
async function truthOf({ signature: { target } }: ModelValue, table: TableValue, ctx: StageContext): Promise<ColumnData | null> {
  if (!table.columns.some(({ name }) => name === target)) return null
  return (await ctx.tables.read(table.artifact, [target]))[target] ?? null
}

type Compared = Pick<SmallerMeasured, 'score' | 'changed' | 'largestDifference'>

function compareAnswers(old: OnnxAnswers, fresh: OnnxAnswers, truth: ColumnData | null): Compared {
  const largest = differenceOf(numbersOf(old), numbersOf(fresh))
  if (old.task === 'classification' && fresh.task === 'classification') {
    const changed = old.labels.filter((label, row) => label !== fresh.labels[row]).length / old.labels.length
    return { score: truth && accuracies(old.labels, fresh.labels, truth), changed, largestDifference: largest }
  }
  if (old.task === 'regression' && fresh.task === 'regression' && truth?.type === 'number') {
    return { score: shares(old.values, fresh.values, truth.values), changed: null, largestDifference: largest }
  }
  return { score: null, changed: null, largestDifference: largest }
}

function accuracies(before: readonly string[], after: readonly string[], truth: ColumnData): SmallerMeasured['score'] {
  const right = textsOf(truth)
  const known = right.filter((label) => label !== '').length
  if (known === 0) return null
  const share = (labels: readonly string[]) => labels.filter((label, row) => right[row] !== '' && label === right[row]).length / known
  return { name: 'accuracy', before: share(before), after: share(after) }
}

function shares(before: Float32Array, after: Float32Array, truth: Float64Array): SmallerMeasured['score'] {
  const known = Int32Array.from(truth.keys()).filter((row) =>
    [truth[row], before[row], after[row]].every((value) => Number.isFinite(value)),
  )
  const pick = (values: ArrayLike<number>) => Float64Array.from(known, (row) => values[row] ?? 0)
  const right = pick(truth)
  const [was, is] = [before, after].map((values) => (known.length === 0 ? null : numberErrors(right, pick(values)).r2))
  return was === null || was === undefined || is === null || is === undefined ? null : { name: 'R2', before: was, after: is }
}
