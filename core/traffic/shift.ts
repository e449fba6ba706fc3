import { AppError } from '#core/errors/app-error'
import type { PredictRow, SignatureInput } from '#core/model/signature'
import { stableHash } from '#core/releases/route'

/**
 * A change of replayed rows, to try out monitoring:
 *
 *   column=value         every row gets this value
 *   column+6, column*1.5 numbers are moved or scaled (also - and /)
 *   column:missing=0.3   this share of the rows loses the value
 *   column:drop=0.5      texts lose this share of their words
 */
export type Shift = { column: string } & (
  | { kind: 'set'; value: string | number | null }
  | { kind: 'add' | 'scale'; by: number }
  | { kind: 'missing' | 'drop'; share: number }
)

const usage = 'Write column=value, column+6, column-6, column*1.5, column/2, column:missing=0.3 or column:drop=0.5.'

/** Reads one shift against the columns of the model. The longest column name that fits wins, so that names may hold signs. */
export function parseShift(text: string, inputs: readonly SignatureInput[]): Shift {
  const input = inputs
    .filter(({ name }) => text.startsWith(name) && /^[=+\-*/:]/.test(text.slice(name.length)))
    .sort((a, b) => b.name.length - a.name.length)[0]
  if (!input) {
    throw new AppError('bad_input', {
      detail: `The shift "${text}" names no column of the model, which reads ${inputs.map(({ name }) => name).join(', ')}. ${usage}`,
    })
  }
  const { name: column, type } = input
  const [sign = ''] = text.slice(column.length)
  const rest = text.slice(column.length + 1).trim()
  if (sign === '=') return { kind: 'set', column, value: setValue(input, rest) }
  if (sign === ':') return { column, ...shareOf(text, input, rest) }
  if (type !== 'number')
    throw new AppError('bad_input', { detail: `"${column}" is a ${type}; only numbers can be moved or scaled. ${usage}` })
  const by = numberOf(text, rest)
  if (sign === '/' && by === 0) throw new AppError('bad_input', { detail: `The shift "${text}" divides by zero.` })
  switch (sign) {
    case '+':
      return { kind: 'add', column, by }
    case '-':
      return { kind: 'add', column, by: -by }
    case '*':
      return { kind: 'scale', column, by }
    default:
      return { kind: 'scale', column, by: 1 / by }
  }
}

/** The row after all shifts, in their order. Which rows and words are hit depends on the row's number alone: a replay is repeatable. */
export function applyShifts(row: PredictRow, shifts: readonly Shift[], index: number): PredictRow {
  if (shifts.length === 0) return row
  const shifted = { ...row }
  for (const shift of shifts) shifted[shift.column] = shiftValue(shifted[shift.column] ?? null, shift, index)
  return shifted
}

function shiftValue(value: PredictRow[string], shift: Shift, index: number): PredictRow[string] {
  switch (shift.kind) {
    case 'set':
      return shift.value
    case 'add':
      return typeof value === 'number' ? value + shift.by : value
    case 'scale':
      return typeof value === 'number' ? value * shift.by : value
    case 'missing':
      return isHit(shift.share, `${shift.column} ${index}`) ? null : value
    case 'drop':
      return typeof value === 'string' ? dropWords(value, shift.share, index) : value
  }
}

function dropWords(text: string, share: number, index: number): string {
  return text
    .split(/(\s+)/)
    .filter((part, i) => part.trim() === '' || !isHit(share, `${index} ${i}`))
    .join('')
}

function isHit(share: number, key: string): boolean {
  return stableHash(key) / 2 ** 32 < share
}

function setValue(input: SignatureInput, text: string): string | number | null {
  if (input.type !== 'number') return text
  return text === '' ? null : numberOf(`${input.name}=${text}`, text)
}

function shareOf(text: string, input: SignatureInput, rest: string): { kind: 'missing' | 'drop'; share: number } {
  const [, kind, number = ''] = /^(missing|drop)\s*=\s*(.+)$/.exec(rest) ?? []
  if (kind !== 'missing' && kind !== 'drop') throw new AppError('bad_input', { detail: `The shift "${text}" cannot be read. ${usage}` })
  if (kind === 'drop' && input.type === 'number') {
    throw new AppError('bad_input', { detail: `"${input.name}" is a number and has no words to drop. ${usage}` })
  }
  const share = numberOf(text, number)
  if (share < 0 || share > 1) throw new AppError('bad_input', { detail: `The share in "${text}" must lie between 0 and 1.` })
  return { kind, share }
}

function numberOf(text: string, number: string): number {
  const value = Number(number)
  if (number === '' || !Number.isFinite(value))
    throw new AppError('bad_input', { detail: `"${number}" in the shift "${text}" is not a number. ${usage}` })
  return value
}
