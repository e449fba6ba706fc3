import { z } from 'zod'
import { AppError, type ErrorHint } from '#core/errors/app-error'
import { type Column, type ColumnStats, columnStatsSchema } from '#core/ports/columns'
import type { TableValue } from '#core/ports/kinds'
import type { FeatureStep } from '#core/ports/plan'
import { listWords } from './column-checks'
import type { StageContext } from './define'

/** A stage to suggest when a column has a type that this one cannot read. */
const stageForType: Record<Column['type'], { type: string; title: string }> = {
  text: { type: 'text-features', title: 'Text features' },
  boolean: { type: 'category-features', title: 'Category features' },
  integer: { type: 'number-features', title: 'Number features' },
  number: { type: 'number-features', title: 'Number features' },
  timestamp: { type: 'date-features', title: 'Date features' },
}

/** The table with one more unfitted step in its plan; its rows are untouched. */
export function withFeature(table: TableValue, step: FeatureStep): TableValue {
  return { ...table, plan: { ...table.plan, features: [...table.plan.features, step] } }
}

/** Throws a sentence when a column is not there, has a type that does not fit, or holds no value in any row. */
export async function requireFeatureColumns(
  table: TableValue,
  columns: readonly string[],
  types: readonly Column['type'][],
  ctx: StageContext,
): Promise<void> {
  if (columns.length === 0) throw refuse('Choose at least one column.')
  const stats = z.array(columnStatsSchema).parse(JSON.parse(new TextDecoder().decode(await ctx.artifacts.read(table.stats))))
  for (const name of columns) {
    const column = table.columns.find((c) => c.name === name)
    if (!column) throw refuse(`There is no column "${name}"; there are ${listWords(table.columns.map((c) => c.name))}.`, { column: name })
    const known = stats.find((entry) => entry.name === name)
    if (!types.includes(column.type)) {
      if (types.includes('number') && known && areNumbersAsText(known)) {
        throw refuse(`Column "${name}" holds numbers written as text. Cast it in an SQL stage before this one.`, {
          column: name,
          fix: { label: 'Insert SQL', kind: 'insert-stage', value: 'sql' },
        })
      }
      const other = stageForType[column.type]
      throw refuse(`Column "${name}" is ${column.type}; this stage reads ${types.join(' or ')}. ${other.title} fits it.`, {
        column: name,
        fix: { label: `Insert ${other.title}`, kind: 'insert-stage', value: other.type },
      })
    }
    if (known && known.rows > 0 && known.missing === known.rows) {
      throw refuse(
        `Column "${name}" has no value in any of the ${known.rows.toLocaleString('en')} rows. Take it out here, or look at where it comes from.`,
        {
          column: name,
        },
      )
    }
  }
}

/** All of the most frequent values are numbers. */
function areNumbersAsText(stats: ColumnStats): boolean {
  return (
    stats.kind === 'text' && stats.top.length > 0 && stats.top.every(({ value }) => value.trim() !== '' && Number.isFinite(Number(value)))
  )
}

function refuse(detail: string, hint: ErrorHint = {}): AppError {
  return new AppError('bad_params', { detail, hint: { param: 'columns', ...hint } })
}
