import { AppError } from '#core/errors/app-error'
import type { PredictRow, Signature } from '#core/model/signature'
import { parseMoment } from '#ml/features/moments'
import { modelText } from '#ml/features/raw-columns'
import type { TrainColumns } from '#ml/pipeline/data'

/** One row, after the prepare steps, as columns that a learned pipeline reads. Throws AppError for a number or a date that is none. */
export function rowColumns({ inputs }: Pick<Signature, 'inputs'>, row: PredictRow): TrainColumns {
  return Object.fromEntries(
    inputs.map(({ name, type, format }): [string, TrainColumns[string]] => {
      const value = row[name] ?? null
      const isMissing = value === null || value === ''
      if (type === 'number') {
        const number = isMissing ? Number.NaN : Number(value)
        if (!isMissing && Number.isNaN(number)) throw refuse(name, 'a number')
        return [name, { type: 'number', values: Float64Array.of(number) }]
      }
      const text = isMissing ? '' : modelText(String(value))
      if (format === 'moment' && text !== '' && Number.isNaN(parseMoment(text)))
        throw refuse(name, 'a date such as 2026-01-31 or 2026-01-31T18:00:00Z')
      return [name, { type: 'text', values: [text], missing: Uint8Array.of(text === '' ? 1 : 0) }]
    }),
  )
}

function refuse(name: string, what: string): AppError {
  return new AppError('bad_input', { detail: `"${name}" must be ${what}, or empty.`, hint: { column: name } })
}
