import { AppError } from '#core/errors/app-error'
import type { FeatureStep, TextStep } from '#core/ports/plan'
import type { TrainColumn, TrainColumns } from '#ml/pipeline/data'
import { pause } from '#ml/pipeline/pause'
import { type CountedRows, TermCounter, type TermForm } from './term-counter'
import type { TermTable } from './term-table'

/** One raw column as one feature step wants to read it; still nothing is fitted. */
export type RawColumn =
  | { kind: 'text'; name: string; step: TextStep; form: TermForm; table: TermTable; counted: CountedRows }
  | { kind: 'category'; name: string; step: Extract<FeatureStep, { kind: 'category' }>; values: string[]; codes: Int32Array }
  | { kind: 'number'; name: string; step: Extract<FeatureStep, { kind: 'number' }>; values: Float32Array }

/** The n-gram forms of a text step; each has a vocabulary of its own, per column. */
export function termForms(step: TextStep): TermForm[] {
  const forms: TermForm[] = []
  if (step.words) forms.push({ unit: 'word', ...ordered(step.words), lowercase: step.lowercase })
  if (step.chars) forms.push({ unit: 'char', ...ordered(step.chars), lowercase: step.lowercase })
  return forms
}

const charsPerPause = 1_000_000

/**
 * Reads the columns of feature steps: counts n-grams, codes categories, narrows numbers to float32 (what the .onnx reads;
 * an infinite number counts as missing). Done once; every fold fits on the result. Throws AppError for a column that is
 * absent or of the wrong type. Yields to the event loop between rows.
 */
export async function readRawColumns(columns: TrainColumns, steps: readonly FeatureStep[], signal?: AbortSignal): Promise<RawColumn[]> {
  const raw: RawColumn[] = []
  for (const step of steps) {
    for (const name of step.columns) {
      const column = columnOf(columns, name)
      if (step.kind === 'category') raw.push({ kind: 'category', name, step, ...codeCategories(textsOf(column)) })
      if (step.kind === 'number') raw.push({ kind: 'number', name, step, values: numbersOf(column, name) })
      if (step.kind !== 'text') continue
      const texts = wordsOf(column, name)
      for (const form of termForms(step)) {
        const counter = new TermCounter(form)
        let chars = 0
        for (const text of texts) {
          counter.addRow(text)
          chars += text.length
          if (chars < charsPerPause) continue
          chars = 0
          await pause(signal)
        }
        raw.push({ kind: 'text', name, step, form, table: counter.table, counted: counter.rows() })
      }
    }
  }
  return raw
}

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
  return Float32Array.from(column.values, (value) => (Number.isFinite(Math.fround(value)) ? value : Number.NaN))
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

function codeCategories(texts: readonly string[]): { values: string[]; codes: Int32Array } {
  const known = new Map<string, number>()
  const codes = new Int32Array(texts.length)
  for (const [row, text] of texts.entries()) {
    const code = known.get(text) ?? known.size
    known.set(text, code)
    codes[row] = code
  }
  return { values: [...known.keys()], codes }
}

function ordered({ min, max }: { min: number; max: number }): { min: number; max: number } {
  return { min: Math.min(min, max), max: Math.max(min, max) }
}
