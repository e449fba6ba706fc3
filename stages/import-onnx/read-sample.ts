import { AppError } from '#core/errors/app-error'
import type { SignatureInput } from '#core/model/signature'
import type { TableValue } from '#core/ports/kinds'
import { type InputPlan, takesWholeNumbers } from '#ml/onnx/outside/plan-inputs'
import type { TrainColumn, TrainColumns } from '#ml/pipeline/data'
import { describeInput } from '#ml/pipeline/describe-columns'
import { pickColumn } from '#ml/pipeline/pick-rows'
import type { StageContext } from '../define'
import { requireColumns } from '../require-columns'

/** Rows of the sample that are answered; more are thinned out evenly. */
const mostRows = 20_000
/** Above it float32 leaves out whole numbers. */
const exactFloat = 2 ** 24
/** What a model file calls its outputs. */
const reserved: readonly string[] = ['label', 'probabilities', 'value']

/** The rows that an imported model is tried on: what it reads, the right answers if there are any, and where the rows lie in the table. */
export type Sample = { columns: TrainColumns; truth: TrainColumn | null; rows: number; rowNumbers: Int32Array; notes: string[] }

/** Reads what the model is fed, and refuses what it cannot be fed: text for numbers, missing or broken whole numbers. */
export async function readSample(table: TableValue, inputs: readonly InputPlan[], target: string, ctx: StageContext): Promise<Sample> {
  if (table.rows === 0) {
    throw new AppError('bad_input', {
      detail: 'The sample has no rows; the model has to be run before it is taken over. Look at what the stages before keep.',
      hint: { port: 'sample' },
    })
  }
  const names = inputs.flatMap(({ columns }) => columns)
  requireColumns(table, 'columns', names, { what: 'the columns that the model reads' })
  if (target !== '') requireColumns(table, 'target', [target], { what: 'the column with the right answers' })
  refuseNames(names, target)
  const read = await ctx.tables.read(table.artifact, target === '' ? names : [...names, target])
  const rows = Math.min(table.rows, mostRows)
  const picked = Int32Array.from({ length: rows }, (_, i) => Math.floor((i * table.rows) / rows))
  const columns: TrainColumns = {}
  for (const name of names) {
    const column = read[name]
    if (column) columns[name] = pickColumn(column, picked)
  }
  const truth = read[target]
  const rowNumbers = picked.map((row) => row + 1)
  const notes = inputs.flatMap((input) => checkInput(input, columns, rowNumbers))
  if (rows < table.rows) notes.push(`The model was tried on ${rows} of the ${table.rows} rows, evenly spaced over the table.`)
  return { columns, truth: truth ? pickColumn(truth, picked) : null, rows, rowNumbers, notes }
}

/** The signature of what the model reads, with examples from the sample. */
export function signatureInputs(inputs: readonly InputPlan[], columns: TrainColumns): SignatureInput[] {
  return inputs.flatMap(({ reads, columns: names }) =>
    names.flatMap((name) => {
      const column = columns[name]
      if (!column) return []
      return [describeInput(name, reads === 'number' ? 'number' : readingOf(column), column)]
    }),
  )
}

/** Few short values that come again are categories, offered in a list; anything else is text. */
function readingOf(column: TrainColumn): 'text' | 'category' {
  if (column.type === 'number') return 'category'
  const values = new Set(column.values)
  const isShort = [...values].every((value) => value.length <= 40)
  return isShort && values.size <= 50 && values.size * 2 <= Math.max(column.values.length, 4) ? 'category' : 'text'
}

function refuseNames(names: readonly string[], target: string): void {
  const taken = names.find((name) => reserved.includes(name))
  if (taken !== undefined) {
    throw new AppError('bad_params', {
      detail: `A column that the model reads cannot be called "${taken}", because a model calls an output so: rename the column, for example in an SQL stage.`,
      hint: { param: 'columns', column: taken, fix: { label: 'Insert SQL', kind: 'insert-stage', value: 'sql' } },
    })
  }
  if (target !== '' && names.includes(target)) {
    throw new AppError('bad_params', {
      detail: `The column "${target}" holds the right answers; the model cannot read it as well. Take it out of the columns.`,
      hint: { param: 'columns', column: target },
    })
  }
}

function checkInput(input: InputPlan, columns: TrainColumns, rowNumbers: Int32Array): string[] {
  if (input.reads === 'text') return []
  return input.columns.flatMap((name) => {
    const column = columns[name]
    if (!column) return []
    if (column.type === 'text') {
      throw new AppError('bad_input', {
        detail: `The model reads "${name}" as a number (its input "${input.name}"), but the column holds text. Check the order of the columns, or cast it in an SQL stage before this one.`,
        hint: { port: 'sample', column: name, fix: { label: 'Insert SQL', kind: 'insert-stage', value: 'sql' } },
      })
    }
    return takesWholeNumbers(input) ? checkWhole(name, input, column.values, rowNumbers) : []
  })
}

function checkWhole(name: string, input: InputPlan, values: Float64Array, rowNumbers: Int32Array): string[] {
  const wrong = values.findIndex((value) => !Number.isInteger(value))
  if (wrong >= 0) {
    const value = values[wrong]
    throw new AppError('bad_input', {
      detail: `The model reads "${name}" as whole numbers (its input "${input.name}"), but row ${rowNumbers[wrong]} holds ${Number.isNaN(value) ? 'none' : value}. ${Number.isNaN(value) ? 'Fill it before this stage' : 'Round it in an SQL stage before this one, or check the order of the columns'}.`,
      hint: { port: 'sample', column: name, row: rowNumbers[wrong] ?? 1 },
    })
  }
  return values.some((value) => Math.abs(value) > exactFloat)
    ? [`"${name}" holds whole numbers above 16,777,216, of which the last digits are lost: rows are sent as 32-bit floats.`]
    : []
}
