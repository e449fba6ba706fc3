import { AppError } from '#core/errors/app-error'
import type { ModelValue, TableValue } from '#core/ports/kinds'
import { plural } from '#core/words/format'
import { timesOf } from '#ml/features/moments'
import { type Dated, lastValues } from '#ml/metrics/baselines'
import type { StageContext } from '../define'
import { isHere } from './is-here'

type Judged = {
  model: ModelValue
  table: TableValue
  /** Name of the time column, or empty: then the first one that the date features of the model read. */
  time: string
  /** Rows of the table that are judged, and their right answers. */
  known: Int32Array
  right: Float64Array
  /** Of the training rows: what a row gets that nothing is earlier than. */
  mean: number
}

/**
 * For each row that is judged the last right answer before it in time, in the training rows and in the table; null when no
 * column tells the time. Throws AppError for a chosen column that is not there or tells no time of some row.
 */
export async function readLastValues({ model, table, time, known, right, mean }: Judged, ctx: StageContext): Promise<Float64Array | null> {
  const { recipe } = model
  const name = time || recipe?.plan.features.find((step) => step.kind === 'date')?.columns[0]
  const isThere = table.columns.some((column) => column.name === name)
  if (name === undefined || (time === '' && !isThere)) return null
  const hint = { param: 'time', column: name }
  if (!isThere) throw new AppError('bad_params', { detail: `There is no column "${name}" to order the rows by.`, hint })
  const { [name]: column } = await ctx.tables.read(table.artifact, [name])
  const all = column ? timesOf(column) : new Float64Array()
  const times = Float64Array.from(known, (row) => all[row] ?? Number.NaN)
  const untimed = times.findIndex(Number.isNaN)
  if (untimed >= 0) {
    if (time === '') return null
    const row = (known[untimed] ?? 0) + 1
    throw new AppError('bad_params', {
      detail: `Row ${row} has no time in "${name}", so the value before it is not known: choose another time column, or fill it.`,
      hint: { ...hint, row },
    })
  }
  const found = lastValues({ times, values: right }, await readTrained(model, name, ctx))
  const first = found.filter(Number.isNaN).length
  if (first > 0)
    ctx.log(
      'info',
      `${plural(first, 'row')} ${first === 1 ? 'has' : 'have'} no earlier one by "${name}": the baseline "last value" answers the training mean there.`,
    )
  return found.map((value) => (Number.isNaN(value) ? mean : value))
}

/** Right answers of the training rows with their times, as far as the table is here and has both. */
async function readTrained({ recipe }: ModelValue, time: string, ctx: StageContext): Promise<Dated> {
  const none = { times: new Float64Array(), values: new Float64Array() }
  if (recipe === null || !(await isHere(recipe.table, ctx))) return none
  const there = await ctx.tables.rows<{ column_name: string }>('DESCRIBE SELECT * FROM t', { t: recipe.table })
  if (![time, recipe.target].every((name) => there.some(({ column_name }) => column_name === name))) return none
  const { [time]: column, [recipe.target]: target } = await ctx.tables.read(recipe.table, [time, recipe.target])
  if (!column || target?.type !== 'number') return none
  const times = timesOf(column)
  const rows = Int32Array.from(times.keys()).filter((row) => Number.isFinite(times[row]) && Number.isFinite(target.values[row]))
  return { times: Float64Array.from(rows, (row) => times[row] ?? 0), values: Float64Array.from(rows, (row) => target.values[row] ?? 0) }
}
