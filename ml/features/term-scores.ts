import type { SelectionStep } from '#core/ports/plan'
import type { Answers } from './answers'
import type { SparseRows } from './sparse-rows'

/** One term's values that are not 0, and the rows that hold them. */
type Term = { rows: Int32Array; values: Float32Array }

const mostBins = 10

/**
 * How much each term says, [terms]; 0 for one that says nothing, Infinity for one that says all. As scikit-learn: the population
 * variance (VarianceThreshold), chi2, mutual_info_classif(discrete_features=True) in nats, f_classif or f_regression. Rows
 * where a value is missing do not count; for mutual information, missing is a value too, and more than 10 different values
 * are cut at their deciles. Chi-square takes sums of values for counts, so these may not be negative.
 */
export function scoreTerms(x: SparseRows, method: SelectionStep['method'], answers: Answers | null): Float64Array {
  const scores = new Float64Array(x.terms)
  const score = scorerOf(method, x.rows, answers)
  for (const [term, entries] of columnsOf(x).entries()) {
    // rounding would make a constant vary by next to nothing, and next to nothing divided by itself is something
    scores[term] = method !== 'mutual-information' && isConstant(entries, x.rows) ? 0 : score(entries)
  }
  return scores
}

/** Whether all values that are there are one. */
function isConstant({ values }: Term, rows: number): boolean {
  const first = values.length < rows ? 0 : values.find((value) => !Number.isNaN(value))
  return values.every((value) => value === first || Number.isNaN(value))
}

/** Rows and values by term. */
function columnsOf(x: SparseRows): Term[] {
  const ptr = new Int32Array(x.terms + 1)
  for (const id of x.ids) ptr[id + 1] = (ptr[id + 1] ?? 0) + 1
  for (let term = 0; term < x.terms; term++) ptr[term + 1] = (ptr[term + 1] ?? 0) + (ptr[term] ?? 0)
  const next = ptr.slice()
  const rows = new Int32Array(x.ids.length)
  const values = new Float32Array(x.ids.length)
  for (let row = 0; row < x.rows; row++) {
    for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) {
      const id = x.ids[j] ?? 0
      const at = next[id] ?? 0
      next[id] = at + 1
      rows[at] = row
      values[at] = x.values[j] ?? 0
    }
  }
  return Array.from({ length: x.terms }, (_, term) => {
    const [from, to] = [ptr[term], ptr[term + 1]]
    return { rows: rows.subarray(from, to), values: values.subarray(from, to) }
  })
}

function scorerOf(method: SelectionStep['method'], rows: number, answers: Answers | null): (term: Term) => number {
  if (method === 'variance') return (term) => spread(term.values, rows)
  if (answers === null) throw new TypeError(`Features cannot be scored by ${method} without answers.`)
  if (answers.classes === null) return correlationTest(answers.y)
  const { y, classes } = answers
  const perClass = new Float64Array(classes.length)
  for (const label of y) perClass[label] = (perClass[label] ?? 0) + 1
  if (method === 'chi-square') return (term) => chiSquare(term, y, perClass)
  return method === 'f-test' ? (term) => varianceTest(term, y, perClass) : (term) => mutualInformation(term, y, perClass)
}

/** Population variance of the values that are there. */
function spread(values: Float32Array, rows: number): number {
  const present = values.filter((value) => !Number.isNaN(value))
  const count = rows - (values.length - present.length)
  if (count === 0) return 0
  const mean = present.reduce((sum, value) => sum + value, 0) / count
  const squares = present.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return (squares + (count - present.length) * mean ** 2) / count
}

function chiSquare({ rows, values }: Term, y: Int32Array, perClass: Float64Array): number {
  const observed = new Float64Array(perClass.length)
  let total = 0
  for (const [j, row] of rows.entries()) {
    const value = values[j] ?? 0
    if (Number.isNaN(value)) continue
    const label = y[row] ?? 0
    observed[label] = (observed[label] ?? 0) + value
    total += value
  }
  return observed.reduce((sum, value, k) => {
    const expected = (total * (perClass[k] ?? 0)) / y.length
    return expected > 0 ? sum + (value - expected) ** 2 / expected : sum
  }, 0)
}

/** F of a one-way analysis of variance. */
function varianceTest({ rows, values }: Term, y: Int32Array, perClass: Float64Array): number {
  const counts = perClass.slice()
  const sums = new Float64Array(perClass.length)
  for (const [j, row] of rows.entries()) {
    const label = y[row] ?? 0
    const value = values[j] ?? 0
    if (Number.isNaN(value)) counts[label] = (counts[label] ?? 0) - 1
    else sums[label] = (sums[label] ?? 0) + value
  }
  const total = sumOf(counts)
  const mean = sumOf(sums) / total
  const means = sums.map((sum, k) => sum / Math.max(1, counts[k] ?? 0))
  const zeros = counts.slice()
  let within = 0
  for (const [j, row] of rows.entries()) {
    const label = y[row] ?? 0
    const value = values[j] ?? 0
    if (Number.isNaN(value)) continue
    zeros[label] = (zeros[label] ?? 0) - 1
    within += (value - (means[label] ?? 0)) ** 2
  }
  within += means.reduce((sum, each, k) => sum + (zeros[k] ?? 0) * each ** 2, 0)
  const between = means.reduce((sum, each, k) => sum + (counts[k] ?? 0) * (each - mean) ** 2, 0)
  const groups = counts.filter((count) => count > 0).length
  return between > 0 && groups > 1 && total > groups ? between / (groups - 1) / (within / (total - groups)) : 0
}

/** F of the correlation with a number. */
function correlationTest(y: Float64Array): (term: Term) => number {
  const mean = sumOf(y) / y.length
  const centred = y.map((value) => value - mean)
  const squares = centred.reduce((sum, value) => sum + value ** 2, 0)
  return ({ rows, values }) => {
    let [count, ySum, ySquares, sum, held] = [y.length, 0, squares, 0, 0]
    for (const [j, row] of rows.entries()) {
      const value = values[j] ?? 0
      const answer = centred[row] ?? 0
      if (Number.isNaN(value)) {
        count -= 1
        ySum -= answer
        ySquares -= answer ** 2
      } else {
        sum += value
        held += 1
      }
    }
    if (count < 3) return 0
    const [xMean, yMean] = [sum / count, ySum / count]
    let [xSquares, products] = [(count - held) * xMean ** 2, 0]
    for (const [j, row] of rows.entries()) {
      const value = values[j] ?? 0
      if (Number.isNaN(value)) continue
      xSquares += (value - xMean) ** 2
      products += value * ((centred[row] ?? 0) - yMean)
    }
    const explained = products ** 2 / (xSquares * (ySquares - count * yMean ** 2))
    if (!(explained > 0)) return 0
    return explained >= 1 ? Number.POSITIVE_INFINITY : (explained / (1 - explained)) * (count - 2)
  }
}

function mutualInformation({ rows, values }: Term, y: Int32Array, perClass: Float64Array): number {
  const width = perClass.length
  const binOf = binsOf(values, y.length)
  const table = new Map<number, Float64Array>()
  const countsOf = (bin: number) => {
    const counts = table.get(bin) ?? new Float64Array(width)
    table.set(bin, counts)
    return counts
  }
  const zeros = perClass.slice()
  for (const [j, row] of rows.entries()) {
    const label = y[row] ?? 0
    const counts = countsOf(binOf(values[j] ?? 0))
    counts[label] = (counts[label] ?? 0) + 1
    zeros[label] = (zeros[label] ?? 0) - 1
  }
  const atZero = countsOf(binOf(0))
  for (const [k, count] of zeros.entries()) atZero[k] = (atZero[k] ?? 0) + count
  let information = 0
  for (const counts of table.values()) {
    const inBin = sumOf(counts)
    for (const [k, count] of counts.entries()) {
      if (count > 0) information += (count / y.length) * Math.log((count * y.length) / (inBin * (perClass[k] ?? 1)))
    }
  }
  return Math.max(0, information)
}

/**
 * Which bin a value is in: each value its own when there are few, else cut at the deciles of all rows. Of a word that most rows
 * lack these are all 0, so that its bins are whether it is there.
 */
function binsOf(values: Float32Array, rows: number): (value: number) => number {
  const present = values.filter((value) => !Number.isNaN(value))
  const distinct = new Set<number>(present.length < rows ? [0] : [])
  for (const value of present) if (distinct.size <= mostBins) distinct.add(value)
  const missing = Number.POSITIVE_INFINITY
  if (distinct.size <= mostBins) return (value) => (Number.isNaN(value) ? missing : value + 0)
  const edges = decilesOf(present.sort(), rows - values.length)
  return (value) => {
    if (Number.isNaN(value)) return missing
    let bin = 0
    while (bin < edges.length && (edges[bin] ?? 0) < value) bin += 1
    return bin
  }
}

/** Deciles of ascending values and so many zeros beside them. */
function decilesOf(sorted: Float32Array, zeros: number): number[] {
  const negative = sorted.findLastIndex((value) => value < 0) + 1
  return Array.from({ length: mostBins - 1 }, (_, i) => {
    const at = Math.floor(((i + 1) * (sorted.length + zeros)) / mostBins)
    if (at < negative) return sorted[at] ?? 0
    return at < negative + zeros ? 0 : (sorted[at - zeros] ?? 0)
  })
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}
