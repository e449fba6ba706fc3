import { AppError } from '#core/errors/app-error'
import type { PredictRow, Signature, SignatureInput } from '#core/model/signature'
import { parseMoment } from '#ml/features/moments'
import { article, isObject, parseJson } from './json-shape'

export const maxRecords = 1000
export const maxBodyBytes = 1024 * 1024
/** Models read numbers as 32-bit floats. */
const largestFloat = 3.4e38

/** The body of a predict call, as far as it can be read without knowing the model. */
export type PredictBody = { records: unknown[]; single: boolean; key: string | null; test: boolean }

/** One record, an array of records, or `{"rows": [...], "key": "...", "test": true}`; anything else is refused in words. */
export function readBody(text: string, signature: Signature): PredictBody {
  if (text.trim() === '')
    throw new AppError('bad_request', { detail: 'The body is empty. Send one record as a JSON object, or an array of records.' })
  const value = parseJson(text)
  if (Array.isArray(value)) return { records: counted(value), single: false, key: null, test: false }
  if (!isObject(value)) {
    throw new AppError('bad_request', {
      detail: `The body is ${article(value)}. Send one record as a JSON object, or an array of records.`,
    })
  }
  if (!Array.isArray(value.rows) || signature.inputs.some((input) => input.name === 'rows')) {
    return { records: [value], single: true, key: null, test: false }
  }
  const { rows, key, test, ...others } = value
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw badField(unknown, `Beside "rows" a body may hold "key" and "test", not "${unknown}".`)
  if (key !== undefined && typeof key !== 'string') throw badField('key', `"key" must be a text, but is ${article(key)}.`)
  if (test !== undefined && typeof test !== 'boolean') throw badField('test', `"test" must be true or false, but is ${article(test)}.`)
  return { records: counted(rows), single: false, key: key ?? null, test: test ?? false }
}

/** One record on each line (application/x-ndjson); empty lines count for nothing. */
export function readLines(text: string): PredictBody {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return { records: counted(lines).map((line, i) => parseJson(line, `Line ${i + 1}`)), single: false, key: null, test: false }
}

/** A record as the model reads it: every field of the signature, nothing else; a missing text is '' and a missing number is null. */
export function checkRecord(signature: Signature, record: unknown, index: number): PredictRow {
  if (!isObject(record))
    throw new AppError('bad_input', { detail: `Record ${index + 1} is ${article(record)}, not a JSON object.`, hint: { row: index + 1 } })
  const row: PredictRow = {}
  let known = 0
  for (const input of signature.inputs) {
    const isThere = Object.hasOwn(record, input.name)
    if (isThere) known += 1
    else
      throw badField(
        input.name,
        `Record ${index + 1} lacks the field "${input.name}" (${input.type}). Send null when it is not known.`,
        index,
      )
    row[input.name] = checkValue(input, record[input.name], index)
  }
  if (known < Object.keys(record).length) {
    const names = signature.inputs.map((input) => input.name)
    const unknown = Object.keys(record).find((name) => !names.includes(name)) ?? ''
    throw badField(
      unknown,
      `Record ${index + 1} has the field "${unknown}", which the model does not read. It reads ${names.join(', ')}.`,
      index,
    )
  }
  return row
}

function checkValue(input: SignatureInput, value: unknown, index: number): PredictRow[string] {
  if (value === null) return input.type === 'number' ? null : ''
  switch (input.type) {
    case 'number':
      if (typeof value === 'number') {
        if (Math.abs(value) <= largestFloat) return value
        throw badField(
          input.name,
          `"${input.name}" of record ${index + 1} is too large: models count up to ${largestFloat.toExponential(1)}.`,
          index,
        )
      }
      if (typeof value === 'boolean') return value ? 1 : 0
      break
    case 'category':
      // Columns of codes and of true/false are categories too; training read them as text.
      if (typeof value === 'string') return value
      if (typeof value === 'number' || typeof value === 'boolean') return String(value)
      break
    case 'text':
      if (typeof value !== 'string') break
      if (input.format !== 'moment' || value === '' || !Number.isNaN(parseMoment(value))) return value
      throw badField(
        input.name,
        `"${input.name}" of record ${index + 1} must be a date such as 2026-01-31 or 2026-01-31T18:00:00Z, or null, but is "${value.slice(0, 40)}".`,
        index,
      )
  }
  const wanted = input.type === 'number' ? 'a number' : 'a text'
  throw badField(input.name, `"${input.name}" of record ${index + 1} must be ${wanted} or null, but is ${article(value)}.`, index)
}

/** The records, if they are as many as one request may hold. */
export function counted<T>(records: T[]): T[] {
  if (records.length === 0) throw new AppError('bad_input', { detail: 'There is no record to predict. Send at least one.' })
  if (records.length > maxRecords) {
    throw new AppError('too_large', {
      detail: `${records.length.toLocaleString('en')} records are more than the ${maxRecords.toLocaleString('en')} that one request may hold. Split them.`,
    })
  }
  return records
}

function badField(column: string, detail: string, index?: number): AppError {
  return new AppError('bad_input', { detail, hint: index === undefined ? { column } : { column, row: index + 1 } })
}
