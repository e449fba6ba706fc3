import { AppError } from '#core/errors/app-error'
import type { SmallerMeasured } from '#core/model/smaller'
import type { ModelValue, TableValue } from '#core/ports/kinds'
import type { StageContext } from './define'

/** Tables that a model could be measured on, the best first. */
type Candidates = { evaluation?: TableValue | undefined; sample?: TableValue | undefined }

/**
 * The rows on which a change of a model is measured: those of its evaluation, else of the sample, else those that it was trained
 * on, for a difference shows there as well. Throws AppError when none of them has the columns that the model reads.
 */
export async function rowsToMeasure(
  model: ModelValue,
  { evaluation, sample }: Candidates,
  ctx: Pick<StageContext, 'artifacts' | 'tables'>,
): Promise<{ table: TableValue; on: SmallerMeasured['on'] }> {
  const fits = (table: TableValue | undefined | null): table is TableValue =>
    table != null && table.rows > 0 && model.signature.inputs.every(({ name }) => table.columns.some((column) => column.name === name))
  if (fits(evaluation)) return { table: evaluation, on: 'evaluation' }
  if (fits(sample)) return { table: sample, on: 'sample' }
  const training = await trainingTable(model, ctx)
  if (fits(training)) return { table: training, on: 'training' }
  throw new AppError('bad_input', {
    detail:
      'There are no rows to measure the smaller model on: neither evaluation nor sample nor training rows have the columns that it reads. Connect sample rows to Register.',
    hint: { port: 'sample' },
  })
}

/** The rows that a model was trained on, as it saw them; null of an imported model, or when they are no longer there. */
async function trainingTable({ recipe }: ModelValue, { tables }: Pick<StageContext, 'tables'>): Promise<TableValue | null> {
  if (!recipe) return null
  const described = await tables.rows<{ column_name: string }>('DESCRIBE SELECT * FROM t', { t: recipe.table }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') return null
    throw error
  })
  if (described === null) return null
  const [counted] = await tables.rows<{ n: number }>('SELECT count(*) AS n FROM t', { t: recipe.table })
  // Only names are looked at: columns are read by name, and typed by their own file.
  const columns = described.map(({ column_name: name }) => ({ name, type: 'text' as const }))
  return { kind: 'table', artifact: recipe.table, rows: counted?.n ?? 0, bytes: 0, columns, stats: recipe.table, plan: recipe.plan }
}
