import type { Answers } from '#ml/features/answers'
import { parseMoment } from '#ml/features/moments'
import type { TrainColumn, TrainColumns } from './data'

/** Rows looked at; more say nothing new of a column that gives the answer away. */
const mostRows = 20_000
/** Fewer rows tell anything apart by chance. */
const fewestRows = 50
/** A single column that ranks the rows so well is hardly honest. */
const leakingArea = 0.999
const leakingCorrelation = 0.9999
/** Values this frequent are looked at, and must make up most of the column. */
const rowsPerValue = 5
const coveredShare = 0.9
const textNumbersShare = 0.95
/** Codes are hardly ever twice there, and look alike. */
const distinctShare = 0.99
const mostShapes = 3
/** Numbers of rows of which a split took a part leave gaps. */
const mostGaps = 3
const idNames = [/(^|[^a-z])(id|uuid|guid|key|nr|no|number)$/i, /[a-z](ID|Id)$/]
/** A single word with digits that is no number. */
const code = /^(?!\d+$)[^\s.,]*\d[^\s.,]*$/
const hex = /^(?=.*[a-f])(?=.*\d)[0-9a-f-]{12,}$/i

/**
 * Sentences on columns that may spoil a model in silence: a copy of the answer (leakage), an identifier, numbers written
 * as text. Looks at no more than 20,000 rows, evenly spaced. Says nothing of fewer than 50.
 */
export function suspectColumns(columns: TrainColumns, names: readonly string[], answers: Answers): string[] {
  const total = answers.y.length
  if (total < fewestRows) return []
  const rows = Array.from({ length: Math.min(total, mostRows) }, (_, i) => Math.floor((i * total) / Math.min(total, mostRows)))
  return names.flatMap((name) => {
    const column = columns[name]
    if (!column) return []
    const leak = leakOf(column, rows, answers)
    if (leak)
      return [
        `The column "${name}" alone gives the answer away (${leak}). If it is not known before the answer is, take it out of the features.`,
      ]
    const id = column.type === 'number' ? numberIdentifier(name, column.values) : textIdentifier(column, rows)
    if (id)
      return [
        `The column "${name}" ${id}, so it looks like an identifier: what a model learns from it does not hold for new rows. Take it out of the features.`,
      ]
    return column.type === 'text' && areNumbers(column, rows)
      ? [`The column "${name}" holds numbers written as text: cast it in an SQL stage, so that 9 comes before 10.`]
      : []
  })
}

/** How well the column alone answers, in words, if suspiciously well. */
function leakOf(column: TrainColumn, rows: readonly number[], answers: Answers): string | null {
  if (answers.classes === null) return column.type === 'number' ? correlationLeak(column.values, answers.y, rows) : null
  return column.type === 'number' ? areaLeak(column.values, answers.y, rows) : valueLeak(column, answers.y, rows)
}

/** ROC-AUC of the number for some class against the rest, either way round: from the sum of the class's ranks (Mann and Whitney 1947). */
function areaLeak(values: Float64Array, y: Int32Array, rows: readonly number[]): string | null {
  const known = rows.filter((row) => !Number.isNaN(values[row] ?? Number.NaN))
  if (known.length < rows.length * coveredShare) return null
  known.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const perClass = new Map<number, { count: number; ranks: number }>()
  for (let from = 0, to = 0; from < known.length; from = to) {
    while (to < known.length && values[known[to] ?? 0] === values[known[from] ?? 0]) to += 1
    // Equals share the mean of their ranks.
    const rank = (from + 1 + to) / 2
    for (const row of known.slice(from, to)) {
      const sums = perClass.get(y[row] ?? 0) ?? { count: 0, ranks: 0 }
      perClass.set(y[row] ?? 0, { count: sums.count + 1, ranks: sums.ranks + rank })
    }
  }
  for (const { count, ranks } of perClass.values()) {
    if (count < rowsPerValue || known.length - count < rowsPerValue) continue
    const area = (ranks - (count * (count + 1)) / 2) / (count * (known.length - count))
    if (Math.max(area, 1 - area) > leakingArea) return `ROC-AUC ${Math.max(area, 1 - area).toFixed(4)}`
  }
  return null
}

/** Values that are frequent enough and belong to one class each, although there are several classes. */
function valueLeak({ values }: { values: readonly string[] }, y: Int32Array, rows: readonly number[]): string | null {
  const perValue = new Map<string, Map<number, number>>()
  for (const row of rows) {
    const counts = perValue.get(values[row] ?? '') ?? new Map<number, number>()
    counts.set(y[row] ?? 0, (counts.get(y[row] ?? 0) ?? 0) + 1)
    perValue.set(values[row] ?? '', counts)
  }
  let [covered, right] = [0, 0]
  const called = new Set<number>()
  for (const counts of perValue.values()) {
    const [label, most] = [...counts].reduce((best, each) => (each[1] > best[1] ? each : best))
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
    if (all < rowsPerValue) continue
    covered += all
    right += most
    called.add(label)
  }
  if (called.size < 2 || covered < rows.length * coveredShare || right < covered * leakingArea) return null
  return `${((right / covered) * 100).toFixed(1)} % of its rows are told right by the value alone`
}

function correlationLeak(values: Float64Array, y: Float64Array, rows: readonly number[]): string | null {
  const known = rows.filter((row) => !Number.isNaN(values[row] ?? Number.NaN))
  if (known.length < rows.length * coveredShare) return null
  const mean = (of: Float64Array) => known.reduce((sum, row) => sum + (of[row] ?? 0), 0) / known.length
  const [meanX, meanY] = [mean(values), mean(y)]
  let [xx, yy, xy] = [0, 0, 0]
  for (const row of known) {
    const [dx, dy] = [(values[row] ?? 0) - meanX, (y[row] ?? 0) - meanY]
    xx += dx * dx
    yy += dy * dy
    xy += dx * dy
  }
  const correlation = xy / Math.sqrt(xx * yy)
  return Math.abs(correlation) > leakingCorrelation ? `correlation ${correlation.toFixed(5)}` : null
}

/** Why whole numbers, another one in each row, look like an identifier: by their order, by leaving hardly any gap, or by name. */
function numberIdentifier(name: string, values: Float64Array): string | null {
  let [low, high, rises] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
  for (const [row, value] of values.entries()) {
    if (!Number.isSafeInteger(value)) return null
    low = Math.min(low, value)
    high = Math.max(high, value)
    if (row > 0) rises += Math.sign(value - (values[row - 1] ?? 0))
  }
  const isDense = high - low < values.length * mostGaps
  if (Math.abs(rises) === values.length - 1) return isDense ? 'counts the rows one by one' : 'only ever rises, or falls, from row to row'
  if (!isDense && !idNames.some((pattern) => pattern.test(name))) return null
  return new Set(values).size === values.length ? 'has another whole number in each row' : null
}

/** Why texts, another one in each row, look like an identifier: they are single words of a few shapes, with digits; not moments. */
function textIdentifier({ values, missing }: { values: readonly string[]; missing: Uint8Array }, rows: readonly number[]): string | null {
  const present = rows.filter((row) => missing[row] === 0).map((row) => (values[row] ?? '').trim())
  if (present.length < fewestRows || new Set(present).size < present.length * distinctShare) return null
  const codes = present.filter((value) => code.test(value) && Number.isNaN(parseMoment(value)))
  if (codes.length < present.length * distinctShare) return null
  const shapes = new Map<string, number>()
  for (const each of codes) {
    const shape = hex.test(each) ? 'hex' : each.replace(/\d+/g, '9').replace(/\p{L}+/gu, 'a')
    shapes.set(shape, (shapes.get(shape) ?? 0) + 1)
  }
  const common = [...shapes.values()].sort((a, b) => b - a).slice(0, mostShapes)
  return common.reduce((sum, count) => sum + count, 0) >= codes.length * coveredShare ? 'has another code in each row' : null
}

/** Most present values are numbers, and many of them. */
function areNumbers({ values, missing }: { values: readonly string[]; missing: Uint8Array }, rows: readonly number[]): boolean {
  const present = rows.filter((row) => missing[row] === 0).map((row) => (values[row] ?? '').trim())
  const numbers = present.filter((value) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value))
  return numbers.length >= fewestRows && numbers.length >= present.length * textNumbersShare && new Set(numbers).size > 20
}
