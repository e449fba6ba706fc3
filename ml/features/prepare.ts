import { AppError } from '#core/errors/app-error'
import type { PredictRow } from '#core/model/signature'
import type { PrepareStep } from '#core/ports/plan'
import type { TrainColumn, TrainColumns } from '#ml/pipeline/data'
import { type AnonymiseStep, anonymise } from './anonymise'
import { type CleanTextStep, cleanText } from './clean-text'
import type { PersonalDataSpan } from './personal-data'

/**
 * The row-wise steps that come before a model: the one implementation for stages (whole columns), the gateway and the
 * browser (single rows). Each step is idempotent, so preparing a prepared row changes nothing.
 */

/** Values of the secrets that steps name, by name. */
export type PrepareKeys = Readonly<Record<string, string>>

export type PreparedText = {
  text: string
  /** Personal data that was taken out, by its place in the text before; empty for other steps. */
  spans: PersonalDataSpan[]
}

/** Applies one text step to one text. */
export function prepareText(text: string, step: CleanTextStep | AnonymiseStep, keys: PrepareKeys = {}): PreparedText {
  if (step.kind === 'clean-text') return { text: cleanText(text, step), spans: [] }
  return anonymise(text, step, step.secret === null ? undefined : keys[step.secret])
}

/** The secrets that must be known before rows can be prepared. */
export function secretsOf(steps: readonly PrepareStep[]): string[] {
  const names = steps.flatMap((step) => (step.kind === 'anonymise' && step.mode === 'hash' && step.secret !== null ? [step.secret] : []))
  return [...new Set(names)]
}

/** Applies the steps, in order, to one row. Fields that no step names stay as they are; a missing text stays missing. */
export function prepareRow(steps: readonly PrepareStep[], row: PredictRow, keys: PrepareKeys = {}): PredictRow {
  const prepared: PredictRow = { ...row }
  for (const step of steps) {
    if (step.kind === 'fill') {
      for (const [name, value] of Object.entries(step.values)) if (isMissing(prepared[name])) prepared[name] = value
      continue
    }
    for (const name of step.columns) {
      const value = prepared[name]
      if (typeof value === 'string') prepared[name] = prepareText(value, step, keys).text
    }
  }
  return prepared
}

/** Applies the steps, in order, to whole columns; the given ones are not changed. A step whose columns are not there is passed over. */
export function prepareColumns(steps: readonly PrepareStep[], columns: TrainColumns, keys: PrepareKeys = {}): TrainColumns {
  const prepared: TrainColumns = { ...columns }
  for (const step of steps) {
    const names = step.kind === 'fill' ? Object.keys(step.values) : step.columns
    for (const name of names) {
      const column = Object.hasOwn(prepared, name) ? prepared[name] : undefined
      if (!column) continue
      if (step.kind === 'fill') prepared[name] = filled(column, name, step.values[name] ?? '')
      else if (column.type === 'text')
        prepared[name] = { ...column, values: column.values.map((text) => prepareText(text, step, keys).text) }
    }
  }
  return prepared
}

function filled(column: TrainColumn, name: string, value: string | number | boolean): TrainColumn {
  if (column.type === 'text') {
    return {
      type: 'text',
      values: column.values.map((text, row) => (column.missing[row] === 1 ? String(value) : text)),
      missing: new Uint8Array(column.values.length),
    }
  }
  const number = Number(value)
  if (value === '' || Number.isNaN(number)) {
    throw new AppError('bad_params', {
      detail: `The column "${name}" holds numbers, so its missing values cannot be filled with "${value}": give a number.`,
      hint: { column: name, param: 'values' },
    })
  }
  return { type: 'number', values: column.values.map((old) => (Number.isNaN(old) ? number : old)) }
}

function isMissing(value: PredictRow[string] | undefined): boolean {
  return value === null || value === undefined || value === '' || (typeof value === 'number' && Number.isNaN(value))
}
