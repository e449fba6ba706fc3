/** A figure that two models are compared by; `isShare`: a share of the rows, which people read in points. */
export type PairedMetric = { name: string; better: 'higher' | 'lower'; isShare: boolean }

/** Two models on the same rows: the figures of both on any of the rows, in the order of the metrics; NaN where undefined. */
export type PairFigures = (rows: Int32Array) => { first: number[]; second: number[] }

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
 * Figures of two classifiers. Rows that agree in right answer and both predictions are one cell, so that drawing rows again
 * only counts cells. Class indexes are below `classes`.
 */
export function classFigures(truth: Int32Array, first: Int32Array, second: Int32Array, classes: number): PairFigures {
  const cellOf = new Map<number, number>()
  const cells: { truth: number; first: number; second: number }[] = []
  const codes = Int32Array.from(truth, (is, row) => {
    const [a, b] = [first[row] ?? 0, second[row] ?? 0]
    const key = (is * classes + a) * classes + b
    const known = cellOf.get(key)
    if (known !== undefined) return known
    cellOf.set(key, cells.length)
    return cells.push({ truth: is, first: a, second: b }) - 1
  })
  const counts = new Int32Array(cells.length)
  return (rows) => {
    counts.fill(0)
    for (const row of rows) {
      const code = codes[row] ?? 0
      counts[code] = (counts[code] ?? 0) + 1
    }
    const side = (which: 'first' | 'second') => {
      const tally = { truth: new Int32Array(classes), called: new Int32Array(classes), right: new Int32Array(classes) }
      for (const [i, cell] of cells.entries()) {
        const count = counts[i] ?? 0
        const called = cell[which]
        tally.truth[cell.truth] = (tally.truth[cell.truth] ?? 0) + count
        tally.called[called] = (tally.called[called] ?? 0) + count
        if (cell.truth === called) tally.right[called] = (tally.right[called] ?? 0) + count
      }
      return [tally.right.reduce((sum, count) => sum + count, 0) / rows.length, macroF1(tally), balancedAccuracy(tally)]
    }
    return { first: side('first'), second: side('second') }
  }
}

/** Rows per class as they are, as they are called, and both. */
type Tally = { truth: Int32Array; called: Int32Array; right: Int32Array }

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

/** Figures of two regressors; R2 as scikit-learn's r2_score, NaN when all right answers are the same. */
export function numberFigures(truth: Float64Array, first: Float64Array, second: Float64Array): PairFigures {
  const side = (predicted: Float64Array, rows: Int32Array, spread: number) => {
    let [absolute, squared] = [0, 0]
    for (const row of rows) {
      const error = (truth[row] ?? 0) - (predicted[row] ?? 0)
      absolute += Math.abs(error)
      squared += error * error
    }
    return [absolute / rows.length, Math.sqrt(squared / rows.length), spread === 0 ? Number.NaN : 1 - squared / spread]
  }
  return (rows) => {
    let sum = 0
    for (const row of rows) sum += truth[row] ?? 0
    const mean = sum / rows.length
    let spread = 0
    for (const row of rows) spread += ((truth[row] ?? 0) - mean) ** 2
    return { first: side(first, rows, spread), second: side(second, rows, spread) }
  }
}
