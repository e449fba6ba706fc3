import { AppError } from '#core/errors/app-error'
import type { Column } from '#core/ports/columns'
import type { TableValue } from '#core/ports/kinds'
import { checkColumns } from './column-checks'

/** The named columns of the table; an AppError with the first thing that is wrong with them. */
export function requireColumns(
  table: TableValue,
  param: string,
  names: readonly string[],
  options: { what: string; types?: readonly Column['type'][] },
): Column[] {
  const [problem] = checkColumns(param, names, table.columns, options)
  if (problem) {
    const column = names.find((name) => problem.message.includes(`"${name}"`))
    throw new AppError('bad_params', { detail: problem.message, hint: { param, ...(column !== undefined && { column }) } })
  }
  return names.flatMap((name) => table.columns.filter((column) => column.name === name))
}
