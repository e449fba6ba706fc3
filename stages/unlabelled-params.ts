import { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import type { Column } from '#core/ports/columns'

/** What stages that learn without right answers have beside the params of their estimator. */

/** The name of the column that is added; also what the model calls its answers. */
export const nameParam = (name: string, description: string) =>
  z.string().trim().min(1).max(100).default(name).meta({ title: 'Column added', description, example: name })

export const leaveOut = z.array(z.string().min(1)).default([]).meta({
  title: 'Columns left out',
  description: 'Where no feature stage chose columns, all are looked at but these: for example an identifier, or a label.',
  example: 'customer_id',
  control: 'columns',
  of: 'train',
  advanced: true,
})

/** Problems of columns left out that are not there. */
export function checkLeaveOut(names: readonly string[], columns: readonly Column[] | undefined) {
  const gone = columns && names.find((name) => !columns.some((column) => column.name === name))
  return gone === undefined ? [] : [{ param: 'leaveOut', message: `There is no column "${gone}" to leave out.` }]
}

/** Refuses to leave out a column that is not there: it would be a typing error that nobody sees. */
export function refuseGone(names: readonly string[], columns: readonly Column[]): void {
  const [problem] = checkLeaveOut(names, columns)
  if (problem) throw new AppError('bad_params', { detail: problem.message, hint: { param: 'leaveOut' } })
}
