import type { FeaturesPart, FeaturesReport } from '#core/reports/features'
import { formatNumber, formatShare, formatValue, plural } from '#core/words/format'

/** `meter`: how long its bar is, of 1; null for lines without one. */
export type FeaturesLine = { key: string; name: string; meter: number | null; cells: string[]; isFaded?: boolean }

/** One table: what is made of one column, or by a selection. */
export type FeaturesTable = { key: string; title: string; note: string; heads: string[]; lines: FeaturesLine[]; foot: string | null }

export type PreparedFeatures = { summary: string; tables: FeaturesTable[] }

/** Decides the words of what a feature stage makes: a summary, and a table per column. */
export function prepareFeatures(report: FeaturesReport): PreparedFeatures {
  const { sampled, rows, features, parts } = report
  const of = sampled < rows ? `${formatNumber(sampled)} of ${plural(rows, 'row')}` : plural(rows, 'row')
  return {
    summary: parts.length > 0 ? `${plural(features, 'feature')} from ${of}. Training fits this anew, on its own rows.` : `From ${of}.`,
    tables: parts.flatMap((part) => tablesOf(part, sampled)).map((table, i) => ({ key: `${i}`, ...table })),
  }
}

type Part<K extends FeaturesPart['part']> = Extract<FeaturesPart, { part: K }>
type Table = Omit<FeaturesTable, 'key'>

function tablesOf(part: FeaturesPart, sampled: number): Table[] {
  switch (part.part) {
    case 'terms':
      return [termsTable(part, sampled)]
    case 'values':
      return [valuesTable(part, sampled)]
    case 'numbers':
      return [part.ranges ? rangesTable(part, part.ranges) : numbersTable(part)]
    case 'example':
      return [exampleTable(part)]
    case 'selection':
      return [selectionTable(part)]
    case 'components':
      return [screeTable(part), ...part.strongest.map((features, i) => strongestTable(features, { at: i, share: part.shares[i] ?? 0 }))]
    case 'vectors':
      return vectorsTables(part, sampled)
  }
}

function exampleTable({ column, before, made }: Part<'example'>): Table {
  return {
    title: column,
    note: `from ${before === '' ? 'a missing value' : before}`,
    heads: ['feature', 'value', 'as the model reads it'],
    lines: made.map(({ feature, value, after }) => ({
      key: feature,
      name: feature,
      meter: null,
      cells: [orDash(value), orMissing(after)],
    })),
    foot: null,
  }
}

function termsTable(part: Part<'terms'>, sampled: number): Table {
  const length = part.min === part.max ? `${part.min}` : `${part.min} to ${part.max}`
  const unit = part.max === 1 ? part.unit.replace(/s$/, '') : part.unit
  const gone = [
    part.rare > 0 ? `${formatNumber(part.rare)} in too few rows` : null,
    part.frequent > 0 ? `${formatNumber(part.frequent)} in too many` : null,
    part.beyond > 0 ? `${formatNumber(part.beyond)} less frequent than those kept` : null,
  ].filter((words) => words !== null)
  const hasIdf = part.weighting === 'tf-idf'
  return {
    title: part.column,
    note: `${length} ${unit} each, ${plural(part.kept, part.isHashed ? 'bucket' : 'term')}`,
    heads: [part.isHashed ? 'bucket' : 'term', 'rows', ...(hasIdf ? ['idf'] : [])],
    lines: part.top.map(({ term, rows, idf }, i) => ({
      // a term may be in the list as a word and as characters
      key: `${i}`,
      name: part.unit === 'characters' ? `“${term}”` : term,
      meter: rows / sampled,
      cells: [formatNumber(rows), ...(hasIdf ? [idf.toFixed(2)] : [])],
    })),
    foot: gone.length > 0 ? `Left out: ${gone.join(', ')}.` : null,
  }
}

const encodings: Record<Part<'values'>['encoding'], string> = {
  'one-hot': 'a feature each',
  codes: 'one feature of codes',
  ordinal: 'one feature, by rank',
  target: 'means of the target',
  list: 'a feature each',
}

function valuesTable(part: Part<'values'>, sampled: number): Table {
  const { others, encoding, values, kept } = part
  const shown = values.map(
    ({ value, rows }): FeaturesLine => ({ key: `v ${value}`, name: value, meter: rows / sampled, cells: [formatNumber(rows)] }),
  )
  const rest = encoding === 'list' ? 'left out' : 'rare, as one value'
  const folded: FeaturesLine[] =
    others.values === 0
      ? []
      : [
          {
            key: 'others',
            name: `${plural(others.values, 'other')}: ${rest}`,
            meter: others.rows / sampled,
            cells: [formatNumber(others.rows)],
            isFaded: true,
          },
        ]
  return {
    title: part.column,
    note: `${plural(kept, 'value')}, ${encodings[encoding]}`,
    heads: ['value', 'rows'],
    lines: [...shown, ...folded],
    foot: kept > values.length ? `The ${values.length} most frequent of ${formatNumber(kept)} are shown.` : null,
  }
}

function rangesTable(part: Part<'numbers'>, ranges: NonNullable<Part<'numbers'>['ranges']>): Table {
  const most = Math.max(1, ...ranges.map(({ rows }) => rows))
  return {
    title: part.column,
    note: `${plural(ranges.length, 'range')}, a feature each`,
    heads: ['range', 'rows'],
    lines: ranges.map(({ from, to, rows }) => ({
      key: `${from} ${to}`,
      name: rangeWords(from, to),
      meter: rows / most,
      cells: [formatNumber(rows)],
    })),
    foot: missingWords(part),
  }
}

function rangeWords(from: number | null, to: number | null): string {
  if (from === null) return to === null ? 'any number' : `below ${formatValue(to)}`
  return to === null ? `from ${formatValue(from)}` : `${formatValue(from)} to ${formatValue(to)}`
}

function numbersTable(part: Part<'numbers'>): Table {
  const places = part.examples.length === 5 ? ['lowest', 'lower quarter', 'middle', 'upper quarter', 'highest'] : []
  return {
    title: part.column,
    note: part.hasIndicator ? 'two features: the number, and whether it is missing' : 'one feature',
    heads: ['value', 'before', 'as the model reads it'],
    lines: part.examples.map(({ before, after }, i) => ({
      key: `${before}`,
      name: places[i] ?? formatValue(before),
      meter: null,
      cells: [formatValue(before), orMissing(after)],
    })),
    foot: missingWords(part),
  }
}

function missingWords({ missing, fill }: Part<'numbers'>): string | null {
  if (missing === 0) return null
  return `${plural(missing, 'row has', 'rows have')} no number: ${fill === null ? 'it stays missing' : `it becomes ${formatValue(fill)}`}.`
}

const methods: Record<Part<'selection'>['method'], string> = {
  variance: 'variance',
  'chi-square': 'chi-square',
  'mutual-information': 'mutual information',
  'f-test': 'F',
}

function selectionTable(part: Part<'selection'>): Table {
  const finite = [...part.best, ...part.next].flatMap(({ score }) => (score === null ? [] : [score]))
  const most = Math.max(Number.MIN_VALUE, ...finite)
  const lineOf = ({ feature, score }: { feature: string; score: number | null }, isFaded: boolean): FeaturesLine => ({
    key: `${isFaded} ${feature}`,
    name: isFaded ? `${feature}, dropped` : feature,
    meter: score === null ? 1 : Math.max(0, score / most),
    cells: [score === null ? '∞' : formatValue(score)],
    isFaded,
  })
  return {
    title: `${formatNumber(part.kept)} kept, ${formatNumber(part.dropped)} dropped`,
    note: part.against === null ? `by ${methods[part.method]}` : `by ${methods[part.method]}, against ${part.against}`,
    heads: ['feature', 'score'],
    lines: [...part.best.map((each) => lineOf(each, false)), ...part.next.map((each) => lineOf(each, true))],
    foot: part.kept > part.best.length ? `The ${part.best.length} best and the first that were dropped are shown.` : null,
  }
}

/** A scree: how much each component shows, and all up to it. */
function screeTable({ centre, made, from, shares }: Part<'components'>): Table {
  const most = Math.max(Number.MIN_VALUE, ...shares)
  return {
    title: `${plural(made, 'component')} of ${plural(from, 'feature')}`,
    note: centre ? 'principal components' : 'truncated SVD',
    heads: ['component', 'variance', 'together'],
    lines: shares.map((share, i) => ({
      key: `${i}`,
      name: `${i + 1}`,
      meter: share / most,
      cells: [formatShare(share), formatShare(shares.slice(0, i + 1).reduce((sum, each) => sum + each, 0))],
    })),
    foot: made > shares.length ? `The first ${shares.length} are shown.` : null,
  }
}

function strongestTable(features: Part<'components'>['strongest'][number], { at, share }: { at: number; share: number }): Table {
  const most = Math.max(Number.MIN_VALUE, ...features.map(({ weight }) => Math.abs(weight)))
  return {
    title: `Component ${at + 1}`,
    note: `${formatShare(share)} of the variance; the features that weigh most`,
    heads: ['feature', 'weight'],
    lines: features.map(({ feature, weight }, i) => ({
      // two columns may have a feature of one name
      key: `${i}`,
      name: feature,
      meter: Math.abs(weight) / most,
      cells: [formatScaled(weight)],
    })),
    foot: null,
  }
}

const means: Record<Part<'vectors'>['weighting'], string> = { mean: 'mean', idf: 'idf-weighted mean', sif: 'sif-weighted mean' }

function vectorsTables(
  { column, weighting, dimensions, known, unknown, unknownWords, neighbours }: Part<'vectors'>,
  sampled: number,
): Table[] {
  const all = Math.max(1, known.times + unknown.times)
  const coverage: Table = {
    title: column,
    note: `${means[weighting]} of ${plural(dimensions, 'number')} a word`,
    heads: ['words', 'different', 'in all'],
    lines: [
      { key: 'known', name: 'with a vector', meter: known.times / all, cells: [formatNumber(known.words), formatShare(known.times / all)] },
      {
        key: 'unknown',
        name: 'without one',
        meter: unknown.times / all,
        cells: [formatNumber(unknown.words), formatShare(unknown.times / all)],
        isFaded: true,
      },
    ],
    foot: 'A model is blind to words without a vector.',
  }
  const without: Table = {
    title: `${column}: without a vector`,
    note: 'the most frequent',
    heads: ['word', 'rows'],
    lines: unknownWords.map(({ word, rows }) => ({ key: word, name: word, meter: rows / sampled, cells: [formatNumber(rows)] })),
    foot:
      unknown.words > unknownWords.length ? `The ${unknownWords.length} most frequent of ${formatNumber(unknown.words)} are shown.` : null,
  }
  const nearest: Table = {
    title: `${column}: nearest words`,
    note: 'of a few frequent ones, with the cosine of their vectors',
    heads: ['word', 'rows'],
    lines: neighbours.map(({ word, rows, nearest }) => ({
      key: word,
      name: `${word}: ${nearest.map((each) => `${each.word} ${each.cosine.toFixed(2)}`).join(', ') || 'none'}`,
      meter: null,
      cells: [formatNumber(rows)],
    })),
    foot: null,
  }
  return [coverage, without, nearest].filter(({ lines }) => lines.length > 0)
}

const orDash = (value: number | null) => (value === null ? '–' : formatValue(value))
const orMissing = (value: number | null) => (value === null ? 'missing' : formatScaled(value))
/** Three decimals are enough of what is scaled. */
const formatScaled = (value: number) => (Math.abs(value) < 10 ? value.toFixed(3) : formatValue(value))
