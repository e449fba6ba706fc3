/** A figure of one model on some of the rows; NaN where it is undefined. */
export type PairedMetric = {
  name: string
  better: 'higher' | 'lower'
  /** A share of the rows, which people read in points. */
  isShare: boolean
  on(predicted: Int32Array | Float64Array, truth: Int32Array | Float64Array, rows: Int32Array): number
}

/** Accuracy first: McNemar's test is about it. Class indexes are below `classes`. */
export function classMetrics(classes: number): PairedMetric[] {
  return [
    { name: 'accuracy', better: 'higher', isShare: true, on: accuracy },
    { name: 'macro F1', better: 'higher', isShare: true, on: (predicted, truth, rows) => macroF1(tally(predicted, truth, rows, classes)) },
    {
      name: 'balanced accuracy',
      better: 'higher',
      isShare: true,
      on: (predicted, truth, rows) => balancedAccuracy(tally(predicted, truth, rows, classes)),
    },
  ]
}

/** Mean absolute error first: the permutation test is about it. */
export const numberMetrics: PairedMetric[] = [
  { name: 'MAE', better: 'lower', isShare: false, on: meanAbsoluteError },
  { name: 'RMSE', better: 'lower', isShare: false, on: (...args) => Math.sqrt(meanSquaredError(...args)) },
  { name: 'R2', better: 'higher', isShare: false, on: explained },
]

function accuracy(predicted: ArrayLike<number>, truth: ArrayLike<number>, rows: Int32Array): number {
  let right = 0
  for (const row of rows) if (predicted[row] === truth[row]) right += 1
  return right / rows.length
}

/** Rows per class as they are, as they are called, and both. */
type Tally = { truth: Int32Array; called: Int32Array; right: Int32Array }

function tally(predicted: ArrayLike<number>, truth: ArrayLike<number>, rows: Int32Array, classes: number): Tally {
  const counts = { truth: new Int32Array(classes), called: new Int32Array(classes), right: new Int32Array(classes) }
  for (const row of rows) {
    const [is, called] = [truth[row] ?? 0, predicted[row] ?? 0]
    counts.truth[is] = (counts.truth[is] ?? 0) + 1
    counts.called[called] = (counts.called[called] ?? 0) + 1
    if (is === called) counts.right[is] = (counts.right[is] ?? 0) + 1
  }
  return counts
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

function meanAbsoluteError(predicted: ArrayLike<number>, truth: ArrayLike<number>, rows: Int32Array): number {
  let sum = 0
  for (const row of rows) sum += Math.abs((truth[row] ?? 0) - (predicted[row] ?? 0))
  return sum / rows.length
}

function meanSquaredError(predicted: ArrayLike<number>, truth: ArrayLike<number>, rows: Int32Array): number {
  let sum = 0
  for (const row of rows) sum += ((truth[row] ?? 0) - (predicted[row] ?? 0)) ** 2
  return sum / rows.length
}

/** As scikit-learn's r2_score; NaN when all right answers are the same. */
function explained(predicted: ArrayLike<number>, truth: ArrayLike<number>, rows: Int32Array): number {
  let sum = 0
  for (const row of rows) sum += truth[row] ?? 0
  const mean = sum / rows.length
  let spread = 0
  for (const row of rows) spread += ((truth[row] ?? 0) - mean) ** 2
  return spread === 0 ? Number.NaN : 1 - meanSquaredError(predicted, truth, rows) / (spread / rows.length)
}
