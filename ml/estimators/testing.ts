import type { SparseRows } from '#ml/features/sparse-rows'
import golden from '../fixtures/golden-linear.json' with { type: 'json' }

/** Rows of numbers as sparse rows; zeros are left out. */
export function sparseRows(matrix: readonly (readonly number[])[]): SparseRows {
  const cells = matrix.map((row) => Array.from(row.keys()).filter((term) => row[term] !== 0))
  const ptr = new Int32Array(matrix.length + 1)
  for (const [row, terms] of cells.entries()) ptr[row + 1] = (ptr[row] ?? 0) + terms.length
  return {
    rows: matrix.length,
    terms: matrix[0]?.length ?? 0,
    ptr,
    ids: Int32Array.from(cells.flat()),
    values: Float32Array.from(cells.flatMap((terms, row) => terms.map((term) => matrix[row]?.[term] ?? 0))),
  }
}

/** A set of golden-linear.json: `dense`, `sparse` (more terms than rows), or `far` (dense, away from 0). */
export function goldenSet(name: string, classes = 3) {
  const set = Object.entries(golden.sets).find(([key]) => key === name)?.[1]
  if (!set) throw new Error(`no set ${name}`)
  return {
    matrix: set.x,
    x: sparseRows(set.x),
    y: Int32Array.from(set.labels, (label) => (classes === 2 ? Math.min(label, 1) : label)),
    numbers: Float64Array.from(set.numbers),
    weights: Float64Array.from(set.weights),
  }
}

/** The same rows beside columns that no row has: too many terms for the methods that multiply all pairs. */
export const besideEmpty = (x: SparseRows): SparseRows => ({ ...x, terms: x.terms + 30 })

/** Each value as often as its weight says. */
export const repeated = <T>(values: ArrayLike<T>, weights: Float64Array): T[] =>
  Array.from(values).flatMap((value, i) => new Array<T>(weights[i] ?? 1).fill(value))

/** How work ends whose signal aborts soon after its start: `cancelled`, unless it never looks up from its loops. */
export function endOfAborted(work: (signal: AbortSignal) => Promise<unknown>): Promise<string | undefined> {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 5)
  return work(controller.signal).then(
    () => 'finished',
    (error: { code?: string }) => error.code,
  )
}

/** Numbers without structure, all cells filled: slow to learn from. */
export function noise(rows: number, terms: number): SparseRows {
  let state = 1
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) / 2 ** 24 - 0.5
  }
  return sparseRows(Array.from({ length: rows }, () => Array.from({ length: terms }, next)))
}

/** Largest difference, as a share of values above 1. */
export function largestGap(mine: ArrayLike<number>, theirs: readonly number[]): number {
  return Math.max(...theirs.map((value, i) => Math.abs(value - (mine[i] ?? Number.NaN)) / Math.max(1, Math.abs(value))))
}
