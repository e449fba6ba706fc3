import type { ComponentsStep, FeatureStep, SelectionStep } from '#core/ports/plan'
import type { FeaturesPart, FeaturesReport } from '#core/reports/features'
import type { TrainColumns } from '#ml/pipeline/data'
import type { Answers } from './answers'
import { type CategoryBlock, joiner } from './category-block'
import { describeComponents } from './describe-components'
import { describeSelection } from './describe-selection'
import { describeVectors } from './describe-vectors'
import { fitFeatures } from './fit-plan'
import type { FeatureBlock } from './fitted-features'
import type { ListBlock, RawList } from './list-block'
import { momentTexts } from './moments'
import { type NumberBlock, scaledNumber } from './number-block'
import { binOf, shareOf } from './number-curve'
import type { NumberSource, RawNumber } from './number-source'
import { columnOf, textsOf, wordsOf } from './raw-columns'
import { type RawColumn, readRawColumns } from './read-raw-columns'
import type { TextBlock } from './text-block'
import type { WordVectorSets } from './word-vectors'

const most = { top: 20, textChars: 200 }

export type DescribeFeaturesArgs = {
  /** All of one length: the sample. */
  columns: TrainColumns
  /** The step that is described comes last; before a selection, or components, come all steps that they read. */
  steps: readonly FeatureStep[]
  /** Of the sample, for steps that read them; null where nobody knows them. `name` is their column. */
  answers: { name: string; answers: Answers } | null
  /** Those that steps look words up in. */
  vectors?: WordVectorSets | undefined
  signal?: AbortSignal | undefined
}

/**
 * What the last step makes of a sample: terms, values, ranges, an example row, words with a vector, what a selection keeps, what
 * components are made of. Encodings by the target are described by their values, because their numbers hang on answers that
 * only training knows. Throws AppError as training does for columns that cannot be read.
 */
export async function describeFeatures(args: DescribeFeaturesArgs): Promise<Pick<FeaturesReport, 'features' | 'parts' | 'notes'>> {
  const { columns, steps, vectors, signal } = args
  const last = steps.at(-1)
  if (!last) return { features: 0, parts: [], notes: [] }
  if (last.kind === 'selection' || last.kind === 'components') return describeReduced(args, last)
  const raw = await readRawColumns(columns, [countable(last)], signal, undefined, vectors)
  const { blocks, terms } = await fitFeatures(raw, rowsOf(columns), signal)
  return { features: terms, parts: await describeBlocks(blocks, raw, { columns, step: last, signal }), notes: notesOn(last) }
}

/** Steps that read all features before them. */
async function describeReduced(
  { columns, steps, answers, vectors, signal }: DescribeFeaturesArgs,
  last: SelectionStep | ComponentsStep,
): Promise<Pick<FeaturesReport, 'features' | 'parts' | 'notes'>> {
  if (answers === null && steps.some(readsAnswers)) return { features: 0, parts: [], notes: [hidden[last.kind]] }
  const supervision = answers ? { answers: answers.answers, seed: 0 } : undefined
  const rows = rowsOf(columns)
  const before = steps.slice(0, -1)
  if (last.kind === 'components') {
    const part = await describeComponents({ columns, vectors, signal }, before, last, { rows, supervision })
    return { features: part.made, parts: [part], notes: [] }
  }
  const raw = await readRawColumns(columns, before, signal, supervision, vectors)
  const { part, notes } = await describeSelection(raw, rows, { step: last, against: last.method === 'variance' ? null : answers, signal })
  return { features: part?.kept ?? 0, parts: part ? [part] : [], notes }
}

const isEncodedByTarget = (step: FeatureStep) => (step.kind === 'category' || step.kind === 'cross') && step.encoding === 'target'

const readsAnswers = (step: FeatureStep) => isEncodedByTarget(step) || (step.kind === 'selection' && step.method !== 'variance')

const hidden: Record<'selection' | 'components', string> = {
  selection:
    'What is kept hangs on the right answers, which only training knows. Choose a column under "Show against" to see it on a sample.',
  components: 'The features before this stage hang on the right answers, which only training knows, and so do their components.',
}

/** Encodings by the target need answers; their values can be counted without. */
function countable(step: FeatureStep): FeatureStep {
  return (step.kind === 'category' || step.kind === 'cross') && step.encoding === 'target' ? { ...step, encoding: 'ordinal' } : step
}

function notesOn(step: FeatureStep): string[] {
  if (!isEncodedByTarget(step)) return []
  return ['Each value becomes the mean of the target over the rows that have it, which only training knows.']
}

async function describeBlocks(
  blocks: readonly FeatureBlock[],
  raw: readonly RawColumn[],
  { columns, step, signal }: { columns: TrainColumns; step: FeatureStep; signal: AbortSignal | undefined },
): Promise<FeaturesPart[]> {
  const rows = rowsOf(columns)
  const made = new Map<string, { block: NumberBlock; values: Float32Array }[]>()
  const parts: FeaturesPart[] = []
  for (const [i, block] of blocks.entries()) {
    const column = raw[i]
    if (block.kind === 'text' && column?.kind === 'text') parts.push(describeTerms(block, column, rows))
    if (block.kind === 'category' && column?.kind === 'category') parts.push(describeValues(block, column, step, rows))
    if (block.kind === 'list' && column?.kind === 'list') parts.push(describeList(block, column))
    if (column?.kind === 'vectors') parts.push(await describeVectors(column, wordsOf(columnOf(columns, column.name), column.name), signal))
    if (block.kind !== 'number' || column?.kind !== 'number') continue
    if (block.source.kind === 'column') parts.push(describeNumbers(block, column))
    else made.set(block.source.column, [...(made.get(block.source.column) ?? []), { block, values: column.values }])
  }
  return [...parts, ...[...made].map(([name, numbers]) => describeExample(name, numbers, columns))]
}

function describeTerms(block: TextBlock, { step, counted, table }: Extract<RawColumn, { kind: 'text' }>, rows: Int32Array): FeaturesPart {
  const inRows = new Int32Array(block.local.length)
  for (const row of rows) {
    for (let j = counted.ptr[row] ?? 0, end = counted.ptr[row + 1] ?? 0; j < end; j++) {
      const id = counted.ids[j] ?? 0
      inRows[id] = (inRows[id] ?? 0) + 1
    }
  }
  let [rare, frequent, beyond] = [0, 0, 0]
  for (const [id, count] of inRows.entries()) {
    if (count === 0 || (block.local[id] ?? -1) >= 0) continue
    if (count < step.minRows) rare += 1
    else if (count > step.maxShare * rows.length) frequent += 1
    else beyond += 1
  }
  const order = Int32Array.from(block.kept.keys()).sort(
    (a, b) => (inRows[block.kept[b] ?? 0] ?? 0) - (inRows[block.kept[a] ?? 0] ?? 0) || a - b,
  )
  return {
    part: 'terms',
    column: block.name,
    unit: block.form.unit === 'word' ? 'words' : 'characters',
    min: block.form.min,
    max: block.form.max,
    weighting: block.weighting,
    isHashed: block.hashBits !== null,
    kept: block.terms,
    rare,
    frequent,
    beyond,
    top: Array.from(order.subarray(0, most.top), (term) => {
      const id = block.kept[term] ?? 0
      const text = block.hashBits === null ? table.text(id, block.form.unit === 'word' ? ' ' : '') : `bucket ${id}`
      return { term: text, rows: inRows[id] ?? 0, idf: block.idf[term] ?? 1 }
    }),
  }
}

function describeValues(
  block: CategoryBlock,
  { values, codes }: Extract<RawColumn, { kind: 'category' }>,
  step: FeatureStep,
  rows: Int32Array,
): FeaturesPart {
  const counts = new Map<string, number>()
  for (const row of rows) {
    const value = values[codes[row] ?? 0] ?? ''
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const kept = new Set(block.values)
  const others = [...counts].filter(([value]) => !kept.has(value))
  return {
    part: 'values',
    column: block.name,
    // what was asked for: the block has ranks where means of the target are not known
    encoding: 'encoding' in step ? step.encoding : block.encoding,
    kept: block.values.length,
    values: block.values.slice(0, most.top).map((value) => ({
      value: value
        .split(joiner)
        .map((each) => (each === '' ? '(missing)' : each))
        .join(' and '),
      rows: counts.get(value) ?? 0,
    })),
    others: { values: others.length, rows: others.reduce((sum, [, count]) => sum + count, 0) },
  }
}

function describeList(block: ListBlock, { values, codes }: RawList): FeaturesPart {
  const counts = new Int32Array(values.length)
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1
  const inRows = new Map(values.map((value, code) => [value, counts[code] ?? 0]))
  const kept = new Set(block.values)
  const others = [...inRows].filter(([value]) => !kept.has(value))
  return {
    part: 'values',
    column: block.name,
    encoding: 'list',
    kept: block.values.length,
    values: block.values.slice(0, most.top).map((value) => ({ value, rows: inRows.get(value) ?? 0 })),
    others: { values: others.length, rows: others.reduce((sum, [, count]) => sum + count, 0) },
  }
}

function describeNumbers(block: NumberBlock, { values }: RawNumber): FeaturesPart {
  const present = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort()
  const { curve } = block
  const counts = new Int32Array(curve?.kind === 'bins' ? curve.edges.length + 1 : 0)
  if (curve?.kind === 'bins') {
    for (const value of values) {
      const known = Number.isNaN(value) ? block.fill : value
      if (!Number.isNaN(known)) counts[binOf(curve.edges, known)] = (counts[binOf(curve.edges, known)] ?? 0) + 1
    }
  }
  const examples = present.length === 0 ? [] : [...new Set([0, 0.25, 0.5, 0.75, 1].map((share) => Math.fround(shareOf(present, share))))]
  return {
    part: 'numbers',
    column: block.name,
    missing: values.length - present.length,
    fill: known(block.fill),
    hasIndicator: block.hasIndicator,
    ranges:
      curve?.kind === 'bins'
        ? Array.from(counts, (rows, i) => ({ from: curve.edges[i - 1] ?? null, to: curve.edges[i] ?? null, rows }))
        : null,
    examples: curve?.kind === 'bins' ? [] : examples.map((before) => ({ before, after: known(scaledNumber(block, before)) })),
  }
}

/** The first row that has a value. */
function describeExample(name: string, numbers: { block: NumberBlock; values: Float32Array }[], columns: TrainColumns): FeaturesPart {
  const column = columnOf(columns, name)
  const isMoment = numbers.some(({ block }) => block.source.kind === 'moment')
  const texts = isMoment ? momentTexts(column) : textsOf(column)
  const row = Math.max(0, numbers[0]?.values.findIndex((value, i) => !Number.isNaN(value) && texts[i] !== '') ?? 0)
  return {
    part: 'example',
    column: name,
    before: (texts[row] ?? '').slice(0, most.textChars),
    made: numbers.map(({ block, values }) => ({
      feature: block.name.slice(name.length + 2),
      value: known(readable(block.source, values[row] ?? Number.NaN)),
      after: known(scaledNumber(block, values[row] ?? Number.NaN)),
    })),
  }
}

/** Days count from 1970 inside; an age is told by what comes out. */
const readable = (source: NumberSource, value: number) => (source.kind === 'moment' && source.part === 'days' ? Number.NaN : value)

const known = (value: number) => (Number.isFinite(value) ? value : null)

const rowsOf = (columns: TrainColumns) => Int32Array.from({ length: Object.values(columns)[0]?.values.length ?? 0 }, (_, row) => row)
