import { AppError } from '#core/errors/app-error'
import type { TrainColumn, TrainColumns } from '#ml/pipeline/data'
import { sharedFloats } from './shared-arrays'

/** The column, or an AppError that names it. */
export function columnOf(columns: TrainColumns, name: string): TrainColumn {
  const column = Object.hasOwn(columns, name) ? columns[name] : undefined
  if (column) return column
  throw new AppError('bad_input', {
    detail: `The column "${name}" is not in the table; choose one of ${Object.keys(columns).join(', ')}.`,
    hint: { column: name },
  })
}

/** A number column for a number step. */
export function numbersOf(column: TrainColumn, name: string): Float32Array {
  if (column.type === 'text') {
    throw new AppError('bad_input', {
      detail: `The column "${name}" holds text, not numbers; use text features or category features for it.`,
      hint: { column: name, param: 'columns', fix: { label: 'Use category features', kind: 'insert-stage', value: 'category-features' } },
    })
  }
  const { values } = column
  const numbers = sharedFloats(values.length)
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN
    numbers[row] = Number.isFinite(Math.fround(value)) ? value : Number.NaN
  }
  return numbers
}

/** A text column for a text step. */
export function wordsOf(column: TrainColumn, name: string): readonly string[] {
  if (column.type === 'number') {
    throw new AppError('bad_input', {
      detail: `The column "${name}" holds numbers, not text; use number features or category features for it.`,
      hint: { column: name, param: 'columns', fix: { label: 'Use number features', kind: 'insert-stage', value: 'number-features' } },
    })
  }
  return column.values
}

/** Values as categories; a number becomes the text that people would type, a missing one ''. */
export function textsOf(column: TrainColumn): readonly string[] {
  return column.type === 'text' ? column.values.map(modelText) : Array.from(column.values, categoryOfNumber)
}

/** A number as a category value: 3 is "3", missing is ''. */
export function categoryOfNumber(value: number): string {
  return Number.isNaN(value) ? '' : String(value)
}

/** A string as both ONNX runtimes see it: ends at the first NUL; a lone surrogate is U+FFFD. */
export function modelText(value: string): string {
  const nul = value.indexOf('\0')
  return (nul < 0 ? value : value.slice(0, nul)).replace(
    /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    '\ufffd',
  )
}
