import { AppError } from '#core/errors/app-error'
import type { Task } from '#core/estimators/define'
import type { Reference, Signature, SignatureInput } from '#core/model/signature'
import { countEntries, countWords, cutAtDeciles } from '#core/monitor/bins'
import type { FeatureStep } from '#core/ports/plan'
import { momentTexts, parseMoment } from '#ml/features/moments'
import { categoryOfNumber, columnOf, modelText, textsOf } from '#ml/features/raw-columns'
import type { TrainColumn, TrainColumns } from './data'

/** What the .onnx calls its outputs; an input of the same name would make the file invalid. */
const outputNames: Record<Task, readonly string[]> = { classification: ['label', 'probabilities'], regression: ['value'] }
const most = { exampleChars: 500, selectValues: 50, referenceValues: 30 }

/** The raw columns that feature steps read, in the order of first use; a column read as text and as category is text. */
export function describeInputs(columns: TrainColumns, steps: readonly FeatureStep[], target: string, task: Task): Signature {
  const readings = new Map<string, Reading>()
  for (const step of steps) {
    const reading = readingOf(step.kind)
    for (const name of step.columns) {
      const before = readings.get(name) ?? reading
      if (before !== reading && (!isText(before) || !isText(reading))) {
        throw new AppError('bad_params', {
          detail: `The column "${name}" is used both as a ${before} and as a ${reading}: remove it from one of the two feature stages.`,
          hint: { column: name, param: 'columns' },
        })
      }
      readings.set(name, before === 'text' ? before : reading)
    }
  }
  const taken = outputNames[task].find((name) => readings.has(name))
  if (taken) {
    throw new AppError('bad_input', {
      detail: `A feature column cannot be called "${taken}", because the model calls an output so: rename the column, for example in an SQL stage.`,
      hint: { column: taken, param: 'columns' },
    })
  }
  const inputs = [...readings].map(([name, reading]) => {
    const separator = separatorOf(steps, name)
    const input = describeInput(name, reading, columnOf(columns, name))
    return separator === undefined ? input : { ...input, separator }
  })
  return task === 'regression' ? { inputs, target, task } : { inputs, target }
}

/** The training reference of one input column; the same bins as live traffic gets (core/monitor/bins.ts). */
export function describeReference({ name, type, separator }: SignatureInput, column: TrainColumn): Reference['columns'][number] {
  if (type === 'number') {
    const present = presentNumbers(column)
    return { kind: 'number', name, missing: column.values.length - present.length, ...cutAtDeciles(present) }
  }
  const texts = textsOf(column).filter((text) => text !== '')
  const missing = column.values.length - texts.length
  if (type === 'text' && separator !== undefined) {
    const lengths = texts.map((text) => countEntries(text, separator))
    return { kind: 'length', name, missing, separator, ...cutAtDeciles(lengths) }
  }
  if (type === 'text') return { kind: 'length', name, missing, ...cutAtDeciles(texts.map(countWords)) }
  const counts = countValues(texts)
  const values = counts.slice(0, most.referenceValues)
  return { kind: 'category', name, missing, values, other: counts.slice(most.referenceValues).reduce((sum, { count }) => sum + count, 0) }
}

/** How steps read a column. */
type Reading = SignatureInput['type'] | 'date'

function readingOf(kind: FeatureStep['kind']): Reading {
  if (kind === 'cross' || kind === 'components' || kind === 'selection') return 'category'
  return kind === 'statistics' || kind === 'list' || kind === 'vectors' ? 'text' : kind
}

/** What stands between the entries of a column that is only read as a list. */
function separatorOf(steps: readonly FeatureStep[], name: string): string | undefined {
  const readers = steps.filter((step) => step.columns.includes(name))
  const list = readers.find((step) => step.kind === 'list')
  return readers.every((step) => step.kind === 'list') ? list?.separator : undefined
}

const isText = (reading: Reading) => reading === 'text' || reading === 'category'

/** What the signature says of a column that is read so: an example, and the values of a category. */
export function describeInput(name: string, type: Reading, column: TrainColumn): SignatureInput {
  if (type === 'date') {
    const example = momentTexts(column).find((text) => !Number.isNaN(parseMoment(text))) ?? ''
    return { name, type: 'text', format: 'moment', example }
  }
  if (type === 'number') return { name, type, example: (column.type === 'number' ? column.values.find(Number.isFinite) : 0) ?? 0 }
  const texts = column.type === 'text' ? column.values : Array.from(column.values, categoryOfNumber)
  const example = modelText((texts.find((text) => text.trim() !== '') ?? '').slice(0, most.exampleChars))
  if (type === 'text') return { name, type, example }
  const values = countValues(texts.filter((text) => text !== ''))
  return { name, type, example: values[0]?.value ?? example, values: values.slice(0, most.selectValues).map(({ value }) => value) }
}

function presentNumbers(column: TrainColumn): Float64Array {
  if (column.type !== 'number') return new Float64Array()
  const present = new Float64Array(column.values.length)
  let used = 0
  for (let row = 0; row < column.values.length; row++) {
    const value = column.values[row] ?? Number.NaN
    if (Number.isFinite(value)) present[used++] = value
  }
  return present.subarray(0, used)
}

/** Values by descending count, ties in code-unit order. */
function countValues(texts: readonly string[]): { value: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}
