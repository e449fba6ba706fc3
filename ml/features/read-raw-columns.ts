import { AppError } from '#core/errors/app-error'
import type {
  CategoryStep,
  ComponentsStep,
  CrossStep,
  DateStep,
  FeatureStep,
  SelectionStep,
  StatisticsStep,
  TextStep,
  VectorsStep,
} from '#core/ports/plan'
import type { TrainColumns } from '#ml/pipeline/data'
import { pause } from '#ml/pipeline/pause'
import type { Supervision } from './answers'
import { joiner } from './category-block'
import { hashTerms } from './hash-terms'
import { type RawList, readLists } from './list-block'
import { daysBefore1970, type MomentPart, momentTexts, parseMoment, secondsPerDay } from './moments'
import { type NumberForm, type NumberSource, numberReader, type RawNumber } from './number-source'
import { columnOf, textsOf, wordsOf } from './raw-columns'
import { type CountedRows, TermCounter, type TermForm } from './term-counter'
import { TermTable } from './term-table'
import { type RawVectors, tableOfWords, wordForm } from './vectors-block'
import type { WordVectorSets } from './word-vectors'

/** One raw column as one feature step wants to read it; still nothing is fitted. A selection reads what comes before it, components hold it. */
export type RawColumn =
  | { kind: 'text'; name: string; step: TextStep; form: TermForm; table: TermTable; counted: CountedRows }
  | {
      kind: 'category'
      name: string
      from: string[]
      step: CategoryStep | CrossStep
      values: string[]
      codes: Int32Array
      supervision?: Supervision | undefined
    }
  | RawNumber
  | RawList
  | RawVectors
  | { kind: 'selection'; step: SelectionStep; supervision?: Supervision | undefined }
  | { kind: 'components'; step: ComponentsStep; before: RawColumn[] }

/** The n-gram forms of a text step; each has a vocabulary of its own, per column. */
export function termForms(step: TextStep): TermForm[] {
  const forms: TermForm[] = []
  if (step.words) forms.push({ unit: 'word', ...ordered(step.words), lowercase: step.lowercase })
  // a piece of a word has no operator that would hash it
  if (step.chars && step.hashBits === undefined) forms.push({ unit: 'char', ...ordered(step.chars), lowercase: step.lowercase })
  return forms
}

const charsPerPause = 1_000_000

/**
 * Reads the columns of feature steps: counts n-grams, codes categories, narrows numbers to float32 (what the .onnx reads;
 * an infinite number counts as missing). Done once; every fold fits on the result. `supervision` goes along to the steps that
 * learn from the answers, `vectors` are those of the steps that look words up. Throws AppError for a column that is absent or
 * of the wrong type. Yields to the event loop between rows.
 */
export async function readRawColumns(
  columns: TrainColumns,
  steps: readonly FeatureStep[],
  signal?: AbortSignal,
  supervision?: Supervision,
  vectors: WordVectorSets = {},
): Promise<RawColumn[]> {
  let raw: RawColumn[] = []
  const numbersFrom = numberReader(columns)
  const number = (name: string, source: NumberSource, step: NumberForm): RawColumn => ({
    kind: 'number',
    name,
    source,
    step,
    values: numbersFrom(source),
  })
  for (const step of steps) {
    if (step.kind === 'components') raw = [{ kind: 'components', step, before: raw }]
    if (step.kind === 'selection') raw.push({ kind: 'selection', step, supervision })
    if (step.kind === 'cross') {
      for (const [i, first] of step.columns.entries()) {
        for (const second of step.columns.slice(i + 1)) raw.push(readCategory(columns, [first, second], step, supervision))
      }
    }
    for (const name of step.columns) {
      switch (step.kind) {
        case 'category':
          raw.push(readCategory(columns, [name], step, supervision))
          break
        case 'list':
          raw.push({ ...readLists(textsOf(columnOf(columns, name)), step.separator), name, step })
          break
        case 'number':
          raw.push(number(name, { kind: 'column', column: name }, step))
          break
        case 'date':
          refuseUndated(columns, name)
          for (const { part, of, form } of momentForms(step))
            raw.push(number(`${name}: ${of}`, { kind: 'moment', column: name, part }, form))
          break
        case 'statistics':
          for (const statistic of step.statistics) {
            const form = statisticForm(step)
            raw.push(number(`${name}: ${statisticNames[statistic]}`, { kind: 'statistic', column: name, statistic }, form))
          }
          break
        case 'text':
          raw.push(...(await readTerms(columns, name, step, signal)))
          break
        case 'vectors':
          raw.push(await readWords(columns, name, { step, vectors }, signal))
      }
    }
  }
  return raw
}

/** Values of the columns, joined, and which of them each row has. */
export function joinCategories(columns: TrainColumns, from: readonly string[]): string[] {
  const [first = [], ...others] = from.map((name) => textsOf(columnOf(columns, name)))
  return first.map((value, row) => [value, ...others.map((values) => values[row] ?? '')].join(joiner))
}

function readCategory(columns: TrainColumns, from: string[], step: CategoryStep | CrossStep, supervision?: Supervision): RawColumn {
  return {
    kind: 'category',
    name: from.join(' and '),
    from,
    step,
    ...codeCategories(joinCategories(columns, from)),
    ...(step.encoding === 'target' && { supervision }),
  }
}

async function readTerms(columns: TrainColumns, name: string, step: TextStep, signal?: AbortSignal): Promise<RawColumn[]> {
  const raw: RawColumn[] = []
  const texts = wordsOf(columnOf(columns, name), name)
  for (const form of termForms(step)) {
    const counter = new TermCounter(form)
    const counted = await countTexts(counter, texts, signal)
    const { hashBits } = step
    if (hashBits === undefined) raw.push({ kind: 'text', name, step, form, table: counter.table, counted })
    else raw.push({ kind: 'text', name, step, form, table: new TermTable(), counted: hashTerms(counted, counter.table, hashBits) })
  }
  return raw
}

async function readWords(
  columns: TrainColumns,
  name: string,
  { step, vectors }: { step: VectorsStep; vectors: WordVectorSets },
  signal?: AbortSignal,
): Promise<RawColumn> {
  const known = vectors[step.artifact]
  if (!known) throw new TypeError(`The word vectors ${step.artifact.slice(0, 12)} were not read.`)
  const table = tableOfWords(known)
  const counter = new TermCounter(wordForm(step.lowercase), table, false)
  const counted = await countTexts(counter, wordsOf(columnOf(columns, name), name), signal)
  return { kind: 'vectors', name, step, table, counted, vectors: known.values }
}

/** Adds the texts to the counter, row by row. */
export async function countTexts(counter: TermCounter, texts: readonly string[], signal?: AbortSignal): Promise<CountedRows> {
  let chars = 0
  for (const text of texts) {
    counter.addRow(text)
    chars += text.length
    if (chars < charsPerPause) continue
    chars = 0
    await pause(signal)
  }
  return counter.rows()
}

function refuseUndated(columns: TrainColumns, name: string): void {
  const texts = momentTexts(columnOf(columns, name))
  if (texts.length === 0 || texts.some((text) => !Number.isNaN(parseMoment(text)))) return
  throw new AppError('bad_input', {
    detail: `The column "${name}" holds no date that can be read, for example "${texts.find((text) => text !== '')?.slice(0, 40) ?? ''}"; dates are written as 2026-01-31, or 2026-01-31T18:00:00Z. Cast it in an SQL stage before this one.`,
    hint: { column: name, param: 'columns', fix: { label: 'Insert SQL', kind: 'insert-stage', value: 'sql' } },
  })
}

/** The numbers that a date step reads off a moment, and how they are called. */
function momentForms(step: DateStep): { part: MomentPart; of: string; form: NumberForm }[] {
  const { impute, indicator, scale } = step
  const turned = step.parts.flatMap((part): { part: MomentPart; of: string }[] =>
    step.cyclic && part !== 'year'
      ? [
          { part: `${part}-sine`, of: `${part} (sine)` },
          { part: `${part}-cosine`, of: `${part} (cosine)` },
        ]
      : [{ part, of: part }],
  )
  const forms: { part: MomentPart; of: string; form: NumberForm }[] = turned.map((each) => ({
    ...each,
    form: { impute, indicator: false, scale },
  }))
  if (step.ageTo !== null)
    forms.push({ part: 'days', of: 'age in days', form: { impute, indicator: false, scale, until: daysUntil(step.ageTo) } })
  // one column is enough to say that the date was missing
  const [first] = forms
  if (first && indicator) first.form.indicator = true
  return forms
}

function daysUntil(moment: string): number | 'latest' {
  if (moment === 'latest') return moment
  const days = parseMoment(moment) / secondsPerDay - daysBefore1970
  if (!Number.isNaN(days)) return days
  throw new AppError('bad_params', {
    detail: `"${moment}" is no moment that ages can be counted to: write it as 2026-01-31, or 2026-01-31T18:00:00Z.`,
    hint: { param: 'ageTo' },
  })
}

const statisticNames = {
  characters: 'characters',
  words: 'words',
  'word-length': 'mean length of a word',
  capitals: 'share of capitals',
  digits: 'share of digits',
  punctuation: 'share of punctuation',
  exclamations: 'exclamation marks',
  questions: 'question marks',
}

/** A text that is missing has no characters, so nothing is missing here. */
const statisticForm = ({ scale }: StatisticsStep): NumberForm => ({ impute: 'zero', indicator: false, scale })

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
