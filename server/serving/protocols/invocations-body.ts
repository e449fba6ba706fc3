import { AppError } from '#core/errors/app-error'
import type { PredictRow, Signature } from '#core/model/signature'
import { checkRecord, counted, maxRecords } from './check-request'
import { parseCsv } from './csv'
import { article, isObject, parseJson } from './json-shape'

const formats = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const

/** What an MLflow body holds: records by column name, rows by position, or the single values of a model with one column. */
export type Invocation = { records: readonly unknown[]; isCsv: boolean }

/** What pandas reads as missing when it reads a CSV. */
const missing = new Set(['', 'NA', 'N/A', '#N/A', 'NaN', 'nan', 'null', 'NULL', 'None', '<NA>'])

/**
 * The body of MLflow's scoring server (docs "Deploy MLflow Model as a Local Inference Server"): JSON with exactly one of
 * `dataframe_split`, `dataframe_records`, `instances` and `inputs`, or CSV with a header.
 */
export function readInvocation(text: string, contentType: string): Invocation {
  if (/^text\/csv\b/i.test(contentType)) return { records: csvRecords(text), isCsv: true }
  const body = parseJson(text)
  const expected = `Send a JSON object with exactly one of ${formats.join(', ')}`
  if (!isObject(body)) throw new AppError('bad_request', { detail: `The body is ${article(body)}. ${expected}.` })
  const given = formats.filter((format) => Object.hasOwn(body, format))
  const [format] = given
  if (format === undefined || given.length > 1) {
    throw new AppError('bad_request', { detail: `${expected}; this one has ${given.join(' and ') || 'none of them'}.` })
  }
  return { records: counted(recordsOf(format, body[format])), isCsv: false }
}

/** A record as the model reads it, by MLflow's rules: a missing column is an error, others than the model's are ignored. */
export function readInvocationRecord(
  signature: Signature,
  { record, isCsv }: { record: unknown; isCsv: boolean },
  index: number,
): PredictRow {
  const named = byName(signature, record, index)
  const wanted = signature.inputs.filter(({ name }) => Object.hasOwn(named, name))
  return checkRecord(
    signature,
    Object.fromEntries(wanted.map(({ name, type }) => [name, isCsv && type === 'number' ? numberOf(named[name]) : named[name]])),
    index,
  )
}

function byName({ inputs }: Signature, record: unknown, index: number): Record<string, unknown> {
  if (isObject(record)) return record
  const values = Array.isArray(record) ? record : [record]
  if (values.length !== inputs.length) {
    throw new AppError('bad_input', {
      detail: `Record ${index + 1} has ${values.length} values without names, but the model reads ${inputs.length}: ${inputs.map(({ name }) => name).join(', ')}.`,
      hint: { row: index + 1 },
    })
  }
  return Object.fromEntries(inputs.map(({ name }, k) => [name, values[k]]))
}

/** A number of a CSV; what is none stays a text, and is refused as one. */
function numberOf(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const text = value.trim()
  if (missing.has(text)) return null
  if (/^true$/i.test(text)) return true
  if (/^false$/i.test(text)) return false
  const number = Number(text)
  return Number.isNaN(number) ? value : number
}

function recordsOf(format: (typeof formats)[number], value: unknown): unknown[] {
  switch (format) {
    case 'dataframe_split':
      return splitRecords(value)
    case 'dataframe_records':
    case 'instances':
      if (Array.isArray(value)) return value
      throw new AppError('bad_request', { detail: `"${format}" must be an array, but is ${article(value)}.` })
    case 'inputs':
      if (Array.isArray(value)) return value
      if (isObject(value)) return columnRecords(value)
      throw new AppError('bad_request', { detail: `"inputs" must be an object of columns or an array, but is ${article(value)}.` })
  }
}

function splitRecords(value: unknown): unknown[] {
  if (!isObject(value) || !Array.isArray(value.columns) || !Array.isArray(value.data)) {
    throw new AppError('bad_request', { detail: '"dataframe_split" must be an object with the arrays "columns" and "data".' })
  }
  const { columns, data } = value
  return data.map((row: unknown, i) => {
    if (Array.isArray(row) && row.length === columns.length) return Object.fromEntries(columns.map((name, k) => [String(name), row[k]]))
    const is = Array.isArray(row) ? `${row.length} values` : article(row)
    throw new AppError('bad_request', {
      detail: `Row ${i + 1} of "dataframe_split" is ${is}, but there are ${columns.length} columns.`,
      hint: { row: i + 1 },
    })
  })
}

/** `{"a": [1, 2], "b": [[3], [4]]}`: tensors of one value a record. */
function columnRecords(value: Record<string, unknown>): unknown[] {
  const columns = Object.entries(value).map(([name, given]): [string, unknown[]] => {
    const values = Array.isArray(given) ? given : [given]
    return [name, values.map((each) => (Array.isArray(each) && each.length === 1 ? each[0] : each))]
  })
  const length = columns[0]?.[1].length ?? 0
  const odd = columns.find(([, values]) => values.length !== length)
  if (odd) {
    throw new AppError('bad_request', {
      detail: `The columns of "inputs" differ in length: "${odd[0].slice(0, 60)}" has ${odd[1].length} values, another ${length}.`,
      hint: { column: odd[0] },
    })
  }
  return Array.from({ length }, (_, i) => Object.fromEntries(columns.map(([name, values]) => [name, values[i]])))
}

function csvRecords(text: string): unknown[] {
  const [header, ...rows] = parseCsv(text, maxRecords + 1)
  if (!header)
    throw new AppError('bad_request', {
      detail: 'The CSV is empty. Send a header with the names of the columns, and a row for each record.',
    })
  return counted(rows).map((row, i) => {
    if (row.length === header.length) return Object.fromEntries(header.map((name, k) => [name, row[k]]))
    throw new AppError('bad_request', {
      detail: `Row ${i + 1} of the CSV has ${row.length} values, but its header ${header.length}.`,
      hint: { row: i + 1 },
    })
  })
}
