import type { FeatureStep } from '#core/ports/plan'
import type { TrainColumn, TrainColumns } from '#ml/pipeline/data'
import { parseMoment } from './moments'

const mostCategories = 50
const longestCategory = 80
/** Of the values of a column that is dates; the others count as missing. */
const dateShare = 0.99
/** Each term is a column to split on. */
const mostTreeTerms = 300

/**
 * Feature steps for columns that no feature stage has named: numbers are scaled, texts that are dates become weekday, month and
 * hour as cycles and an age, text with few different short values becomes categories, other text tf-idf of one and two words.
 * Columns that cannot help (empty, constant, one short code a row) are left out. For an estimator that `readsRaw`, missing
 * numbers stay missing and categories whole; for it and for one that `readsFewTerms`, fewer terms are kept.
 * `notes` says each choice in words.
 */
export function deriveFeatures(
  columns: TrainColumns,
  { readsRaw = false, readsFewTerms = readsRaw }: { readsRaw?: boolean; readsFewTerms?: boolean } = {},
): { features: FeatureStep[]; notes: string[] } {
  const names: Record<Reading, string[]> = { text: [], category: [], number: [], indicated: [], date: [] }
  const notes: string[] = []
  for (const [name, column] of Object.entries(columns)) {
    const reading = readingOf(column)
    if (typeof reading === 'string') names[reading].push(name)
    else notes.push(`Left out the column "${name}": ${reading.leftOut}.`)
  }
  const features: FeatureStep[] = []
  if (names.text.length > 0) features.push({ ...textStep(names.text, rowsOf(columns)), ...(readsFewTerms && { maxTerms: mostTreeTerms }) })
  if (names.category.length > 0)
    features.push({
      kind: 'category',
      columns: names.category,
      minRows: 2,
      maxValues: mostCategories,
      encoding: readsRaw ? 'codes' : 'one-hot',
    })
  if (names.date.length > 0) features.push(dateStep(names.date, columns, readsRaw))
  if (readsRaw && names.number.length + names.indicated.length > 0)
    features.push({ kind: 'number', columns: [...names.number, ...names.indicated], impute: 'none', indicator: false, scale: 'none' })
  for (const key of readsRaw ? [] : (['number', 'indicated'] as const)) {
    const chosen = names[key]
    if (chosen.length > 0)
      features.push({ kind: 'number', columns: chosen, impute: 'median', indicator: key === 'indicated', scale: 'standard' })
  }
  if (features.length > 0)
    notes.unshift(`The plan had no features, so they were chosen from the columns: ${features.map(inWords).join('; ')}.`)
  return { features, notes }
}

type Reading = 'text' | 'category' | 'number' | 'indicated' | 'date'

function readingOf(column: TrainColumn): Reading | { leftOut: string } {
  if (column.type === 'number') {
    const present = column.values.filter((value) => Number.isFinite(value))
    if (present.length === 0) return { leftOut: 'it has no value in any row' }
    const isConstant = present.every((value) => value === present[0])
    if (isConstant && present.length === column.values.length) return { leftOut: 'it has the same value in each row' }
    return present.length === column.values.length ? 'number' : 'indicated'
  }
  const present = column.values.filter((_, row) => column.missing[row] === 0)
  if (present.length === 0) return { leftOut: 'it has no value in any row' }
  const distinct = new Set(present)
  if (distinct.size === 1 && present.length === column.values.length) return { leftOut: 'it has the same value in each row' }
  if (present.filter((value) => !Number.isNaN(parseMoment(value))).length >= present.length * dateShare) return 'date'
  const longest = present.reduce((most, value) => Math.max(most, value.length), 0)
  if (distinct.size <= mostCategories && longest <= longestCategory && distinct.size * 2 <= Math.max(present.length, 4)) return 'category'
  const isCode = distinct.size === present.length && present.every((value) => !/\s/.test(value.trim()))
  return isCode ? { leftOut: 'it has another single word in each row, so it looks like an identifier' } : 'text'
}

function textStep(columns: string[], rows: number): FeatureStep {
  return {
    kind: 'text',
    columns,
    words: { min: 1, max: 2 },
    chars: null,
    weighting: 'tf-idf',
    sublinear: true,
    lowercase: true,
    minRows: rows >= 1000 ? 2 : 1,
    maxShare: 1,
    maxTerms: 100_000,
  }
}

/** Trees split a plain weekday as well as its turns. */
function dateStep(columns: string[], all: TrainColumns, readsRaw: boolean): FeatureStep {
  const texts = columns.map((name) => all[name]).flatMap((column) => (column?.type === 'text' ? [column] : []))
  const hasTime = texts.some(({ values }) => values.some((value) => value.length > 10 && !isMidnight(value)))
  const hasMissing = texts.some(({ missing }) => missing.includes(1))
  return {
    kind: 'date',
    columns,
    parts: hasTime ? ['month', 'weekday', 'hour'] : ['month', 'weekday'],
    cyclic: !readsRaw,
    ageTo: 'latest',
    impute: readsRaw ? 'none' : 'mean',
    indicator: hasMissing && !readsRaw,
    scale: readsRaw ? 'none' : 'standard',
  }
}

const isMidnight = (moment: string) => /[Tt ]00:00(:00(\.0*)?)?([Zz]|[+-]\d\d:?\d\d)?$/.test(moment)

function rowsOf(columns: TrainColumns): number {
  return Object.values(columns)[0]?.values.length ?? 0
}

function inWords(step: FeatureStep): string {
  const columns = step.columns.join(', ')
  if (step.kind === 'text') return `tf-idf of 1-2 words of ${columns}`
  if (step.kind === 'date') return `${step.parts.join(', ')} and age of ${columns}`
  if (step.kind !== 'number') return `categories of ${columns}`
  return `${step.scale === 'none' ? 'numbers' : 'scaled numbers'} of ${columns}${step.indicator ? ' (and whether they are missing)' : ''}`
}
