import type { ColumnContribution, ReasonUnit, RowReasons, SimilarRows } from '#core/reports/row-reasons'
import { formatNumber, formatProbability, formatScore, formatShare, formatSigned, formatValue, plural } from '#core/words/format'

/** What an explanation is about: the class (or what a regressor answers), and the other class where there are but two. */
export type ReasonNames = { answer: string; other?: string | undefined }

export type PreparedBar = {
  /** In [0, 100] of the width; the zero line is `zero` of the chart. */
  left: number
  width: number
  isTowards: boolean
  words: string
}

export type PreparedReason = PreparedBar & {
  column: string
  /** What the row holds in the column. */
  value: string
  /** "pushes towards “Yes”" */
  push: string
  /** "± 1.3 points" where it was drawn at random; else ''. */
  error: string
  features: (PreparedBar & { name: string })[]
}

export type PreparedReasons = {
  /** From the base to the answer, in one sentence. */
  sentence: string
  /** What the numbers are. */
  measure: string
  /** What bars to the right say, and those to the left. */
  towards: string
  away: string
  /** Where contributions are 0, in [0, 100]. */
  zero: number
  reasons: PreparedReason[]
  /** Columns that add nothing to speak of, in a sentence; '' when all are shown. */
  rest: string
  /** Says that nothing counts; null when something does. */
  empty: string | null
}

const most = { columns: 12 }
/** Less than this share of the largest is not worth a bar. */
const smallest = 0.005

/** Decides how the reasons of a row are drawn: bars to both sides of one zero line, on one scale. */
export function prepareReasons(reasons: RowReasons, names: ReasonNames, values: Readonly<Record<string, string>>): PreparedReasons {
  const { columns, unit } = reasons
  const largest = Math.max(0, ...columns.map(({ contribution }) => Math.abs(contribution)))
  const shown = columns.filter(({ contribution }) => Math.abs(contribution) > largest * smallest).slice(0, most.columns)
  const left = columns.filter((column) => !shown.includes(column))
  const own = shown.flatMap((column) => [column.contribution, ...listed(column, largest).map(({ contribution }) => contribution)])
  const [low, high] = [Math.min(0, ...own), Math.max(0, ...own)]
  const spread = Math.max(high - low, Number.MIN_VALUE)
  const bar = (contribution: number): PreparedBar => ({
    left: ((Math.min(0, contribution) - low) / spread) * 100,
    width: (Math.abs(contribution) / spread) * 100,
    isTowards: contribution >= 0,
    words: amountWords(contribution, unit),
  })
  return {
    sentence: sentenceOf(reasons, names),
    measure: measureOf(reasons, names),
    towards: pushWords(true, unit, names),
    away: pushWords(false, unit, names),
    zero: (-low / spread) * 100,
    reasons: shown.map((column) => ({
      ...bar(column.contribution),
      column: column.column,
      value: heldWords(column.column, values),
      push: pushWords(column.contribution >= 0, unit, names),
      error: column.standardError ? `± ${amountWords(column.standardError, unit).replace(/^[+×] ?/, '')}` : '',
      features: listed(column, largest).map((feature) => ({ ...bar(feature.contribution), name: feature.name })),
    })),
    rest: restWords(left, unit),
    empty: isNothing(largest, unit) ? emptyWords(reasons) : null,
  }
}

/** Whether it would be written as 0. */
function isNothing(contribution: number, unit: ReasonUnit): boolean {
  return contribution === 0 || !/[1-9]/.test(amountWords(contribution, unit))
}

function emptyWords({ against }: RowReasons): string {
  const alike = against === 'training rows' ? 'when it knows nothing of a row' : 'of a typical training row'
  return `Nothing in this row moves the answer: it is what the model says ${alike}.`
}

/** Its features, with what is left of them as one more. A single feature that is all of the column says nothing new. */
function listed({ features, others, column }: ColumnContribution, largest: number): { name: string; contribution: number }[] {
  const [only] = features
  if (features.length === 1 && only?.name === column && others.count === 0) return []
  const shown = features.filter(({ contribution }) => Math.abs(contribution) > largest * smallest)
  if (shown.length === 0) return []
  const rest = features
    .filter((feature) => !shown.includes(feature))
    .reduce((sum, { contribution }) => sum + contribution, others.contribution)
  const count = others.count + features.length - shown.length
  const named = shown.map((feature) => ({ name: featureWords(feature, column), contribution: feature.contribution }))
  return Math.abs(rest) > largest * smallest ? [...named, { name: plural(count, 'other feature'), contribution: rest }] : named
}

/** The name without that of its column, under which it stands already. */
function featureWords({ name, isAbsent }: ColumnContribution['features'][number], column: string): string {
  if (name === column) return 'its value'
  if (name.startsWith(`${column}: `)) return `${isAbsent ? 'without ' : ''}“${name.slice(column.length + 2)}”`
  if (name.startsWith(`${column} = `)) return `${isAbsent ? 'not ' : ''}${name.slice(column.length + 3)}`
  const short = name.startsWith(`${column} `) ? name.slice(column.length + 1) : name
  return isAbsent ? `not: ${short}` : short
}

function heldWords(column: string, values: Readonly<Record<string, string>>): string {
  const value = values[column]
  if (value !== undefined) return value === '' ? 'missing' : value
  // crossed columns
  const parts = column.split(' and ')
  return parts.every((part) => values[part] !== undefined) ? parts.map((part) => values[part] || 'missing').join(' and ') : ''
}

function sentenceOf({ base, score, unit, against }: RowReasons, { answer, other }: ReasonNames): string {
  const start = against === 'training rows' ? 'Knowing nothing of a row' : 'For a typical training row'
  switch (unit) {
    case 'log-odds':
      return `${start}, the model gives “${answer}” ${saidProbability(logistic(base))} against “${other ?? 'the others'}”; what this row holds makes it ${saidProbability(logistic(score))}.`
    case 'score':
      return `${start}, the model's score of “${answer}” is ${formatSigned(base, formatScore)} against the mean of all classes; what this row holds makes it ${formatSigned(score, formatScore)}.`
    case 'share':
      return `${start}, ${saidProbability(base)} of the trees' votes are for “${answer}”; what this row holds makes it ${saidProbability(score)}.`
    case 'probability':
      return `${start}, the model gives “${answer}” ${saidProbability(base)}; what is different in this row makes it ${saidProbability(score)}.`
    case 'value':
      return `${start}, the model answers ${formatValue(base)}; what this row holds makes it ${formatValue(score)}.`
    case 'log-value':
      return `${start}, the model answers ${formatValue(Math.exp(base))}; what this row holds makes it ${formatValue(Math.exp(score))}.`
  }
}

function measureOf({ unit, isBeforeCalibration, columns }: RowReasons, { answer, other }: ReasonNames): string {
  const what: Record<ReasonUnit, string> = {
    'log-odds': `Bars are log-odds of “${answer}” against “${other ?? 'the others'}”`,
    score: `Bars are what each column adds to the score of “${answer}”, less what it adds to the mean of all classes`,
    share: 'Bars are percentage points of the votes',
    probability: 'Bars are percentage points',
    value: `Bars are in the unit of ${answer}`,
    'log-value': `Bars multiply ${answer}`,
  }
  const drawn = columns.some(({ standardError }) => standardError !== null)
  return `${what[unit]}${isBeforeCalibration ? ', before calibration' : ''}${drawn ? '; drawn at random, ± one standard error' : ''}.`
}

function pushWords(isTowards: boolean, unit: ReasonUnit, { answer, other }: ReasonNames): string {
  if (unit === 'value' || unit === 'log-value') return `${isTowards ? 'raises' : 'lowers'} ${answer}`
  if (isTowards) return `pushes towards “${answer}”`
  return other === undefined ? `pushes away from “${answer}”` : `pushes towards “${other}”`
}

function restWords(left: readonly ColumnContribution[], unit: ReasonUnit): string {
  if (left.length === 0) return ''
  const sum = left.reduce((total, { contribution }) => total + contribution, 0)
  const names =
    left.length <= 4
      ? left.map(({ column }) => column).join(', ')
      : `${left
          .slice(0, 3)
          .map(({ column }) => column)
          .join(', ')} and ${left.length - 3} more`
  return sum === 0 ? `${names}: nothing` : `${names}: ${amountWords(sum, unit)} together`
}

/** "+0.42", "−12.3 points", "× 1.25" */
function amountWords(contribution: number, unit: ReasonUnit): string {
  switch (unit) {
    case 'share':
    case 'probability':
      return `${formatSigned(contribution * 100, (size) => size.toFixed(1))} points`
    case 'value':
      return formatSigned(contribution, formatValue)
    case 'log-value':
      return `× ${formatNumber(Math.exp(contribution))}`
    case 'log-odds':
    case 'score':
      return formatSigned(contribution, (size) => size.toFixed(2))
  }
}

/** A probability inside a sentence. */
const saidProbability = (share: number) => formatProbability(share).replace('>', 'more than').replace('<', 'less than')

const logistic = (odds: number) => 1 / (1 + Math.exp(-odds))

/** What similarity means, and each row's in words. */
export function prepareSimilar({ measure, among, rows }: SimilarRows): { title: string; note: string; words: string[] } {
  const of = `of ${formatNumber(among)} training rows`
  switch (measure) {
    case 'cosine':
      return {
        title: 'similarity',
        note: `cosine of features; 1 is the same; ${of}`,
        words: rows.map(({ similarity }) => similarity.toFixed(2)),
      }
    case 'shared leaves':
      return {
        title: 'similarity',
        note: `share of the trees that put both in the same leaf; ${of}`,
        words: rows.map(({ similarity }) => formatShare(similarity, 0)),
      }
    case 'distance':
      return {
        title: 'distance',
        note: `the model's own distance; 0 is the same; ${of}`,
        words: rows.map(({ similarity }) => formatValue(Math.abs(similarity))),
      }
  }
}
