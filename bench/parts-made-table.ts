import { seededRandom } from '#ml/estimators/random'
import type { SparseRows } from '#ml/features/sparse-rows'

export type MadeTable = { x: Float32Array; y: Int32Array; rows: number; columns: number; classes: number }

/**
 * A table that trees have work with: columns of several shapes, classes from sums, products and borders of a third of them, and one row in
 * twenty labelled by lot. The same numbers everywhere.
 */
export function madeTable(rows: number, columns: number, classes: number): MadeTable {
  const random = seededRandom(17)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const x = new Float32Array(rows * columns)
  const scores = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    const at = row * columns
    for (let column = 0; column < columns; column++) x[at + column] = shaped(column, normal())
    const value = (i: number) => x[at + (i % columns)] ?? 0
    scores[row] =
      value(0) * value(1) + Math.sin(2 * value(3)) + (value(4) > 0.3 ? value(6) : -value(7)) + 0.5 * value(9) ** 2 + 0.3 * normal()
  }
  const sorted = scores.slice().sort()
  const borders = Array.from({ length: classes - 1 }, (_, k) => sorted[Math.floor(((k + 1) * rows) / classes)] ?? 0)
  const y = Int32Array.from(scores, (score) =>
    random() < 0.05 ? Math.floor(random() * classes) : borders.filter((border) => score > border).length,
  )
  return { x, y, rows, columns, classes }
}

/** Every third column is skewed, every fourth has few different values. */
function shaped(column: number, value: number): number {
  if (column % 3 === 2) return Math.exp(value)
  return column % 4 === 3 ? Math.round(value * 2) / 2 : value
}

/** Rows [from, to) as estimators read them. */
export function rowsOf({ x, columns }: MadeTable, from: number, to: number): SparseRows {
  return {
    rows: to - from,
    terms: columns,
    ptr: Int32Array.from({ length: to - from + 1 }, (_, i) => i * columns),
    ids: Int32Array.from({ length: (to - from) * columns }, (_, i) => i % columns),
    values: x.slice(from * columns, to * columns),
  }
}
