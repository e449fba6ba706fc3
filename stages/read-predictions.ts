import { AppError } from '#core/errors/app-error'
import type { TableValue } from '#core/ports/kinds'
import { textsOf } from '#ml/features/raw-columns'
import type { Outcome } from '#ml/metrics/slice-table'
import { listWords } from './column-checks'
import type { StageContext } from './define'
import { requireColumns } from './require-columns'

/** Right answers and predictions of the rows that have both; `rows` are their places in the table. */
export type Predictions = { rows: Int32Array } & (
  | { task: 'classification'; truth: string[]; predicted: string[] }
  | { task: 'regression'; truth: Float64Array; predicted: Float64Array }
)

/** Reads what was predicted and what is right; rows without either are left out, and the log says how many. */
export async function readPredictions(table: TableValue, port: string, target: string, ctx: StageContext): Promise<Predictions> {
  requireColumns(table, 'target', target === '' ? [] : [target], { what: 'the column with the right answers' })
  if (!table.columns.some(({ name }) => name === 'predicted')) throw noPredictions(table, port, '"predicted"')
  const { [target]: truth, predicted } = await ctx.tables.read(table.artifact, [target, 'predicted'])
  if (!truth || !predicted) throw noPredictions(table, port, '"predicted"')
  const all = Int32Array.from({ length: table.rows }, (_, row) => row)
  if (predicted.type === 'number' && truth.type === 'number') {
    const rows = all.filter((row) => Number.isFinite(truth.values[row]) && Number.isFinite(predicted.values[row]))
    requireRows(rows, table, port, target, ctx)
    const pick = (values: Float64Array) => Float64Array.from(rows, (row) => values[row] ?? 0)
    return { task: 'regression', rows, truth: pick(truth.values), predicted: pick(predicted.values) }
  }
  const [right, called] = [textsOf(truth), textsOf(predicted)]
  const rows = all.filter((row) => right[row] !== '' && called[row] !== '')
  requireRows(rows, table, port, target, ctx)
  const pick = (values: readonly string[]) => Array.from(rows, (row) => values[row] ?? '')
  return { task: 'classification', rows, truth: pick(right), predicted: pick(called) }
}

/** How well each row was predicted, as Evaluate wrote it beside the row; rows that it could not judge are left out. */
export async function readOutcome(table: TableValue, port: string, ctx: StageContext): Promise<{ rows: Int32Array; outcome: Outcome }> {
  const name = ['correct', 'residual'].find((each) => table.columns.some((column) => column.name === each))
  const column = name === undefined ? undefined : (await ctx.tables.read(table.artifact, [name]))[name]
  if (name === undefined || !column) throw noPredictions(table, port, '"correct" or "residual"')
  const all = Int32Array.from({ length: table.rows }, (_, row) => row)
  if (column.type === 'number') {
    const rows = all.filter((row) => Number.isFinite(column.values[row]))
    requireRows(rows, table, port, name, ctx)
    return { rows, outcome: { measure: 'error', errors: Float64Array.from(rows, (row) => Math.abs(column.values[row] ?? 0)) } }
  }
  const rows = all.filter((row) => column.values[row] !== '')
  requireRows(rows, table, port, name, ctx)
  return { rows, outcome: { measure: 'accuracy', isRight: Uint8Array.from(rows, (row) => (column.values[row] === 'true' ? 1 : 0)) } }
}

/** A column at some rows, in the form that slices are cut by: texts, or numbers. */
export async function readAt(table: TableValue, name: string, rows: Int32Array, ctx: StageContext): Promise<string[] | Float64Array> {
  const { [name]: column } = await ctx.tables.read(table.artifact, [name])
  if (column?.type === 'number') return Float64Array.from(rows, (row) => column.values[row] ?? Number.NaN)
  return Array.from(rows, (row) => column?.values[row] ?? '')
}

function requireRows(rows: Int32Array, table: TableValue, port: string, column: string, ctx: StageContext): void {
  if (rows.length === 0) {
    throw new AppError('bad_input', {
      detail: `No row can be judged: the column "${column}" is empty, or nothing was predicted. Look at what the stages before keep.`,
      hint: { port, column },
    })
  }
  const left = table.rows - rows.length
  if (left > 0) ctx.log('warn', `${left} of ${table.rows} rows have no right answer and were not counted.`)
}

function noPredictions(table: TableValue, port: string, needed: string): AppError {
  return new AppError('bad_input', {
    detail: `These rows have no column ${needed}, so nothing was predicted for them; they have ${listWords(table.columns.map(({ name }) => name))}. Connect the output Predictions of Evaluate.`,
    hint: { port, fix: { label: 'Insert Evaluate', kind: 'insert-stage', value: 'evaluate' } },
  })
}
