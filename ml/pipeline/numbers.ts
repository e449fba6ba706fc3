import { AppError } from '#core/errors/app-error'
import type { Target } from './fit-args'

/** What a regressor learns to answer, a number a row. Throws AppError for no rows, texts, a row without a number, or the same number everywhere. */
export function checkNumbers(target: Target, name: string): Float64Array {
  const hint = { column: name, param: 'target' }
  if (target.length === 0) throw new AppError('bad_input', { detail: 'There are no rows to train on.', hint })
  if (!(target instanceof Float64Array)) {
    throw new AppError('bad_input', {
      detail: `The column "${name}" holds text, and a regressor learns numbers. Cast it in an SQL stage before this one, or train a classifier.`,
      hint: { ...hint, fix: { label: 'Insert SQL', kind: 'insert-stage', value: 'sql' } },
    })
  }
  const first = target.findIndex((value) => !Number.isFinite(Math.fround(value)))
  if (first >= 0) {
    const count = target.filter((value) => !Number.isFinite(Math.fround(value))).length
    throw new AppError('bad_input', {
      detail: `${count} ${count === 1 ? 'row has' : 'rows have'} no number in the column "${name}", or one beyond 3.4e38; the first is row ${first + 1}: filter or fill them first.`,
      hint: { ...hint, row: first + 1 },
    })
  }
  if (target.every((value) => value === target[0])) {
    throw new AppError('bad_input', {
      detail: `All ${target.length} rows have the same number ${target[0]} in the column "${name}", so there is nothing to learn: choose another column, or add rows.`,
      hint,
    })
  }
  return target
}
