import type { SlicesReport } from '#core/reports/slices'
import { adjustForManyTests } from '#core/stats/benjamini-hochberg'
import { type Interval, proportionInterval } from '#core/stats/proportion-interval'
import { proportionTest } from '#core/stats/proportion-test'
import { normalCdf, normalQuantile } from '#core/stats/special'
import { sliceRows } from './slice-rows'

/** Per row: 1 for a right one; or how far off the prediction is. */
export type Outcome = { measure: 'accuracy'; isRight: Uint8Array } | { measure: 'error'; errors: Float64Array }

/** One value per row: texts with '' for missing, or numbers with NaN. */
export type SliceColumn = { name: string; values: readonly string[] | Float64Array }

const z95 = normalQuantile(0.975)

/**
 * Quality per slice of each column, worst first, each tested against the other rows (accuracy: chi-square, or Fisher's
 * exact test where cases are few; error: Welch's z), with p adjusted for all slices of the table: among many slices some look bad by chance. No slices without rows.
 */
export function sliceTable(columns: readonly SliceColumn[], outcome: Outcome, minRows = 1): SlicesReport {
  const { measure } = outcome
  const isShare = measure === 'accuracy'
  const { figures, scale } = isShare ? { figures: Float64Array.from(outcome.isRight), scale: 1 } : tame(outcome.errors)
  // squares around the mean keep their digits however far from 0 all errors are
  const centre = isShare || figures.length === 0 ? 0 : figures.reduce((sum, figure) => sum + figure, 0) / figures.length
  const whole = sumsOf(figures, centre, null)
  const slices = columns.flatMap(({ name: column, values }) =>
    sliceRows(values).map((slice) => {
      const own = sumsOf(figures, centre, slice.rows)
      const rest = { rows: whole.rows - own.rows, sum: whole.sum - own.sum, squares: whole.squares - own.squares }
      return { column, slice, own, p: isShare ? pOfShares(own, rest) : pOfMeans(own, rest) }
    }),
  )
  const adjusted = adjustForManyTests(slices.map(({ p }) => p))
  const all = whole.rows === 0 ? 0 : whole.sum / whole.rows
  const table = slices.map(({ column, slice: { rows: _rows, ...slice }, own }, i) => ({
    column,
    ...slice,
    rows: own.rows,
    value: (centre + own.sum / own.rows) * scale,
    interval: isShare ? proportionInterval(own.sum, own.rows) : meanInterval(own, centre, scale),
    gap: (own.sum / own.rows - all) * scale,
    adjustedP: adjusted[i] ?? 1,
  }))
  const worse = isShare ? 1 : -1
  table.sort((a, b) => worse * (a.value - b.value) || b.rows - a.rows)
  return {
    report: 'slices',
    columns: columns.map(({ name }) => name),
    rows: whole.rows,
    measure,
    value: (centre + all) * scale,
    minRows,
    slices: table,
  }
}

/** Errors so large that their squares would overflow are measured in units of the largest. */
function tame(errors: Float64Array): { figures: Float64Array; scale: number } {
  const largest = errors.reduce((top, error) => Math.max(top, Math.abs(error)), 0)
  const scale = largest > 1e150 ? largest : 1
  return { figures: errors.map((error) => error / scale), scale }
}

/** Of the figures minus the centre. */
type Sums = { rows: number; sum: number; squares: number }

function sumsOf(figures: Float64Array, centre: number, rows: Int32Array | null): Sums {
  const sums = { rows: rows?.length ?? figures.length, sum: 0, squares: 0 }
  for (let i = 0; i < sums.rows; i++) {
    const figure = (figures[rows ? (rows[i] ?? 0) : i] ?? 0) - centre
    sums.sum += figure
    sums.squares += figure * figure
  }
  return sums
}

function pOfShares(own: Sums, rest: Sums): number {
  return proportionTest({ hits: own.sum, trials: own.rows }, { hits: rest.sum, trials: rest.rows })
}

/** Variance (n - 1) of the mean; null for a single row. */
function errorOfMean({ rows, sum, squares }: Sums): number | null {
  return rows < 2 ? null : Math.max(0, squares - (sum * sum) / rows) / (rows - 1) / rows
}

function pOfMeans(own: Sums, rest: Sums): number {
  const [a, b] = [errorOfMean(own), errorOfMean(rest)]
  if (a === null || b === null) return 1
  const gap = Math.abs(own.sum / own.rows - rest.sum / rest.rows)
  if (a + b === 0) return gap === 0 ? 1 : 0
  return 2 * normalCdf(-gap / Math.sqrt(a + b))
}

function meanInterval(own: Sums, centre: number, scale: number): Interval | null {
  const variance = errorOfMean(own)
  if (variance === null) return null
  const [mean, half] = [centre + own.sum / own.rows, z95 * Math.sqrt(variance)]
  return { low: (mean - half) * scale, high: (mean + half) * scale }
}
