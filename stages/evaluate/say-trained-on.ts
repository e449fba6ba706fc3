import type { ModelValue, TableValue } from '#core/ports/kinds'
import { formatNumber, formatShare, plural } from '#core/words/format'
import type { StageContext } from '../define'
import { countSharedRows } from '../shared-rows'
import { isHere } from './is-here'

/**
 * A sentence on rows whose inputs equal those of a training row: the model may know them by heart. Also says it in the log.
 * Silent where the training table is not here, or was prepared in another way, so that equal rows no longer look equal.
 */
export async function sayTrainedOn(model: ModelValue, table: TableValue, ctx: StageContext): Promise<string[]> {
  const { recipe } = model
  if (recipe === null || JSON.stringify(recipe.plan.prepare) !== JSON.stringify(table.plan.prepare)) return []
  if (!(await isHere(recipe.table, ctx))) return []
  const names = model.signature.inputs.map(({ name }) => name)
  const shared = await countSharedRows(table, recipe.table, names, ctx)
  if (shared === 0) return []
  const sentence = `${plural(shared, 'row')} of ${formatNumber(table.rows)} (${formatShare(shared / table.rows)}) ${shared === 1 ? 'has' : 'have'} the same inputs as a training row, so the figures may be too good. Insert Dedupe before Split, or split by group.`
  ctx.log('warn', sentence)
  return [sentence]
}
