import { AppError } from '#core/errors/app-error'
import type { DependenceReport } from '#core/reports/dependence'
import type { TrainColumn, TrainColumns } from '#ml/pipeline/data'
import { pause } from '#ml/pipeline/pause'
import { pickRows } from '#ml/pipeline/pick-rows'

const most = { rows: 1_000, points: 20 }
/** Beyond these shares of its values a column is too thin to say anything. */
const ends = { low: 0.05, high: 0.95 }

export type PartialDependenceArgs = {
  /** What the model reads; all of one length. */
  columns: TrainColumns
  /** The column to vary. */
  column: string
  /** Names of what the model answers per row: its classes, or one number. */
  outputs: readonly string[]
  /** [rows][outputs] row-major. */
  predict(columns: TrainColumns): ArrayLike<number> | Promise<ArrayLike<number>>
  signal?: AbortSignal
}

/**
 * Partial dependence (Friedman 2001, section 8.2): the mean answer over the rows with one column set to the same value in
 * all. A number takes its values where it has at most 20, else 20 quantiles from 5 to 95 %; a text its 20 most frequent
 * values. Over at most 1,000 rows, evenly taken. Means as scikit-learn's partial_dependence(method='brute'). Where columns
 * hang together it asks about rows that do not exist. Throws AppError for an unknown column, or one without values.
 */
export async function partialDependence({
  columns,
  column: name,
  outputs,
  predict,
  signal,
}: PartialDependenceArgs): Promise<DependenceReport> {
  const varied = columns[name]
  if (!varied) {
    throw new AppError('bad_params', {
      detail: `The model reads no column "${name}"; it reads ${Object.keys(columns).join(', ')}.`,
      hint: { column: name },
    })
  }
  const grid = varied.type === 'number' ? numberGrid(varied.values) : valueGrid(varied.values)
  if (grid.length === 0) throw new AppError('bad_input', { detail: `The column "${name}" has no value to vary.`, hint: { column: name } })
  const taken = takeRows(columns, varied.values.length)
  const rows = Math.min(most.rows, varied.values.length)
  const points: DependenceReport['points'] = []
  for (const value of grid) {
    await pause(signal)
    const answers = await predict({ ...taken, [name]: constantColumn(value, rows) })
    points.push({
      value,
      means: outputs.map((_, k) => {
        let sum = 0
        for (let row = 0; row < rows; row++) sum += answers[row * outputs.length + k] ?? 0
        return sum / rows
      }),
    })
  }
  return { report: 'dependence', column: name, rows, outputs: [...outputs], points }
}

function constantColumn(value: number | string, rows: number): TrainColumn {
  if (typeof value === 'number') return { type: 'number', values: new Float64Array(rows).fill(value) }
  return { type: 'text', values: new Array<string>(rows).fill(value), missing: new Uint8Array(rows) }
}

function numberGrid(values: Float64Array): number[] {
  const sorted = values.filter(Number.isFinite).sort()
  const distinct = [...new Set(sorted)]
  if (distinct.length <= most.points) return distinct
  const quantile = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0
  return [...new Set(Array.from({ length: most.points }, (_, i) => quantile(ends.low + ((ends.high - ends.low) * i) / (most.points - 1))))]
}

function valueGrid(values: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const value of values) if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, most.points)
    .map(([value]) => value)
}

/** At most 1,000 rows at even steps. */
function takeRows(columns: TrainColumns, rows: number): TrainColumns {
  if (rows <= most.rows) return columns
  const taken = Int32Array.from({ length: most.rows }, (_, i) => Math.floor((i * rows) / most.rows))
  return pickRows(columns, taken)
}
