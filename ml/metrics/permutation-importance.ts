import { AppError } from '#core/errors/app-error'
import type { ImportanceReport } from '#core/reports/importance'
import { seededRandom, shuffle } from '#ml/estimators/random'
import type { TrainColumn, TrainColumns } from '#ml/pipeline/data'
import { pause } from '#ml/pipeline/pause'
import { pickColumn } from '#ml/pipeline/pick-rows'

export type PermutationImportanceArgs = {
  /** What the model reads; all of one length. */
  columns: TrainColumns
  /** The metric of the model's predictions on such columns. */
  measure(columns: TrainColumns): number | Promise<number>
  metric: string
  direction: 'maximise' | 'minimise'
  repeats: number
  seed: number
  signal?: AbortSignal
  onShare?: (share: number) => void
}

/**
 * Permutation importance (Breiman 2001, section 10; as scikit-learn's permutation_importance): how much worse the metric
 * gets when one column is shuffled, `repeats` times each. A column that is the same everywhere is not tried. Columns that
 * say the same hide each other: each alone seems to matter little. Throws AppError without columns or rows.
 */
export async function permutationImportance(args: PermutationImportanceArgs): Promise<ImportanceReport> {
  const { columns, measure, metric, direction, repeats, seed, signal } = args
  const names = Object.keys(columns)
  const rows = columns[names[0] ?? '']?.values.length ?? 0
  if (rows === 0) throw new AppError('bad_input', { detail: 'There are no rows to measure the importance of columns on.' })
  const random = seededRandom(seed)
  const baseline = await measure(columns)
  const found: ImportanceReport['columns'] = []
  for (const [i, [name, column]] of Object.entries(columns).entries()) {
    const order = Int32Array.from({ length: rows }, (_, row) => row)
    const losses: number[] = []
    for (let repeat = 0; repeat < repeats; repeat++) {
      shuffle(order, random)
      await pause(signal)
      const figure = isConstant(column) ? baseline : await measure({ ...columns, [name]: pickColumn(column, order) })
      losses.push(direction === 'maximise' ? baseline - figure : figure - baseline)
      args.onShare?.((i * repeats + repeat + 1) / (names.length * repeats))
    }
    found.push({ name, ...spreadOf(losses), losses })
  }
  found.sort((a, b) => b.mean - a.mean)
  return { report: 'importance', rows, repeats, metric, baseline, columns: found }
}

function isConstant(column: TrainColumn): boolean {
  // a missing text is '', and NaN is the same as NaN
  if (column.type === 'number') return column.values.every((value) => Object.is(value, column.values[0]))
  return column.values.every((value) => value === column.values[0])
}

function spreadOf(values: readonly number[]): { mean: number; std: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, std: Math.sqrt(squares / Math.max(1, values.length - 1)) }
}
