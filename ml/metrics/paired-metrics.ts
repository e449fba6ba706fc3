import { drawCounts } from '#core/stats/multinomial'

/** A figure that two models are compared by; `isShare`: a share of the rows, which people read in points. */
export type PairedMetric = { name: string; better: 'higher' | 'lower'; isShare: boolean }

/** Two models on the same rows: the figures of both in the order of the metrics; NaN where undefined. */
export type BothFigures = { first: number[]; second: number[] }
export type PairFigures = {
  /** On the rows as they are. */
  whole(): BothFigures
  /** On as many rows drawn with replacement; `random` is uniform in [0, 1). */
  draw(random: () => number): BothFigures
  /** How many rows' worth of work a draw is. */
  work: number
}

/** A cell costs as much as so many rows: a binomial instead of a draw. */
const rowsPerCell = 25

/** Accuracy first: McNemar's test is about it. */
export const classMetrics: readonly PairedMetric[] = [
  { name: 'accuracy', better: 'higher', isShare: true },
  { name: 'macro F1', better: 'higher', isShare: true },
  { name: 'balanced accuracy', better: 'higher', isShare: true },
]

/** Mean absolute error first: the permutation test is about it. */
export const numberMetrics: readonly PairedMetric[] = [
  { name: 'MAE', better: 'lower', isShare: false },
  { name: 'RMSE', better: 'lower', isShare: false },
  { name: 'R2', better: 'higher', isShare: false },
]

/**
 * Figures of two classifiers. Rows that agree in right answer and both predictions are one cell, and all figures hang on the
 * counts of cells: where rows are many and cells few, counts are drawn instead of rows. Class indexes are below `classes`.
 */
export function classFigures(truth: Int32Array, first: Int32Array, second: Int32Array, classes: number): PairFigures {
  const { cells, codes, counts: whole } = countCells(truth, first, second, classes)
  const rows = truth.length
  const counts = new Int32Array(whole.length)
  const side = (called: Int32Array, of: Int32Array) => {
    const tally = { truth: new Int32Array(classes), called: new Int32Array(classes), right: new Int32Array(classes) }
    for (let i = 0; i < of.length; i++) addCell(tally, cells.truth[i] ?? 0, called[i] ?? 0, of[i] ?? 0)
    return [tally.right.reduce((sum, count) => sum + count, 0) / rows, macroF1(tally), balancedAccuracy(tally)]
  }
  const both = (of: Int32Array) => ({ first: side(cells.first, of), second: side(cells.second, of) })
  const byCells = whole.length * rowsPerCell
  return {
    whole: () => both(whole),
    draw: (random) => {
      if (byCells < rows) drawCounts(whole, rows, random, counts)
      else countDrawn(codes, random, counts)
      return both(counts)
    },
    work: Math.min(byCells, rows),
  }
}

/** Right answer and predictions per cell, the cell of each row, and rows per cell. */
function countCells(truth: Int32Array, first: Int32Array, second: Int32Array, classes: number) {
  const cellOf = new Map<number, number>()
  const firstRows: number[] = []
  const codes = Int32Array.from(truth, (is, row) => {
    const key = (is * classes + (first[row] ?? 0)) * classes + (second[row] ?? 0)
    const known = cellOf.get(key) ?? firstRows.push(row) - 1
    cellOf.set(key, known)
    return known
  })
  const counts = new Int32Array(firstRows.length)
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1
  const at = (of: Int32Array) => Int32Array.from(firstRows, (row) => of[row] ?? 0)
  return { cells: { truth: at(truth), first: at(first), second: at(second) }, codes, counts }
}

function countDrawn(codes: Int32Array, random: () => number, counts: Int32Array): void {
  counts.fill(0)
  const rows = codes.length
  for (let i = 0; i < rows; i++) {
    const code = codes[Math.floor(random() * rows)] ?? 0
    counts[code] = (counts[code] ?? 0) + 1
  }
}

/** Rows per class as they are, as they are called, and both. */
type Tally = { truth: Int32Array; called: Int32Array; right: Int32Array }

function addCell({ truth, called, right }: Tally, is: number, says: number, count: number): void {
  truth[is] = (truth[is] ?? 0) + count
  called[says] = (called[says] ?? 0) + count
  if (is === says) right[says] = (right[says] ?? 0) + count
}

/** Mean over the classes that occur or are called, as scikit-learn's f1_score(average='macro'). */
function macroF1({ truth, called, right }: Tally): number {
  let [sum, classes] = [0, 0]
  for (const [k, rows] of truth.entries()) {
    const both = rows + (called[k] ?? 0)
    if (both === 0) continue
    sum += (2 * (right[k] ?? 0)) / both
    classes += 1
  }
  return sum / classes
}

/** Mean recall over the classes that occur, as scikit-learn's balanced_accuracy_score. */
function balancedAccuracy({ truth, right }: Tally): number {
  let [sum, classes] = [0, 0]
  for (const [k, rows] of truth.entries()) {
    if (rows === 0) continue
    sum += (right[k] ?? 0) / rows
    classes += 1
  }
  return sum / classes
}

/** Per row: both absolute errors, both squared ones, the right answer less the mean of all, and its square. */
const sumsPerRow = 6

/** Figures of two regressors, all of them from sums over rows; R2 as scikit-learn's r2_score, NaN when all right answers are the same. */
export function numberFigures(truth: Float64Array, first: Float64Array, second: Float64Array): PairFigures {
  const rows = truth.length
  const mean = truth.reduce((sum, value) => sum + value / rows, 0)
  const parts = new Float64Array(rows * sumsPerRow)
  for (let row = 0; row < rows; row++) {
    const right = truth[row] ?? 0
    const [a, b, off] = [right - (first[row] ?? 0), right - (second[row] ?? 0), right - mean]
    parts.set([Math.abs(a), Math.abs(b), a * a, b * b, off, off * off], row * sumsPerRow)
  }
  return {
    whole: () => figuresOfSums(sumRows(parts, rows, null), rows),
    draw: (random) => figuresOfSums(sumRows(parts, rows, random), rows),
    work: rows,
  }
}

/** Sums over all rows, or over as many drawn ones. Written out, because millions of rows go through it. */
function sumRows(parts: Float64Array, rows: number, random: (() => number) | null): number[] {
  let [absoluteA, absoluteB, squaredA, squaredB, off, offSquared] = [0, 0, 0, 0, 0, 0]
  for (let i = 0; i < rows; i++) {
    const at = (random === null ? i : Math.floor(random() * rows)) * sumsPerRow
    absoluteA += parts[at] ?? 0
    absoluteB += parts[at + 1] ?? 0
    squaredA += parts[at + 2] ?? 0
    squaredB += parts[at + 3] ?? 0
    off += parts[at + 4] ?? 0
    offSquared += parts[at + 5] ?? 0
  }
  return [absoluteA, absoluteB, squaredA, squaredB, off, offSquared]
}

function figuresOfSums(
  [absoluteA = 0, absoluteB = 0, squaredA = 0, squaredB = 0, off = 0, offSquared = 0]: number[],
  rows: number,
): BothFigures {
  const spread = offSquared - (off * off) / rows
  // what is left of the same number everywhere is rounding
  const isSame = spread <= 1e-12 * offSquared
  const side = (absolute: number, squared: number) => [
    absolute / rows,
    Math.sqrt(squared / rows),
    isSame ? Number.NaN : 1 - squared / spread,
  ]
  return { first: side(absoluteA, squaredA), second: side(absoluteB, squaredB) }
}
