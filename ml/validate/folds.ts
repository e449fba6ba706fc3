import { AppError } from '#core/errors/app-error'
import { seededRandom, shuffle } from '#ml/estimators/random'

export type Fold = { train: Int32Array; test: Int32Array }

/**
 * How rows are dealt into folds. `stratified`: each class spread evenly, shuffled by the seed. `in-order`: the i-th row of
 * a class goes to fold i mod n, no randomness. `group`: rows of one group stay together. `time`: fold i tests the i-th
 * later block after training on everything before it, so early rows are never tested.
 */
export type FoldStrategy =
  | { kind: 'stratified'; seed: number }
  | { kind: 'in-order' }
  | { kind: 'group'; groups: readonly string[]; seed: number }
  | { kind: 'time'; times: Float64Array }

/** Deals rows into folds; rows of each fold ascend. Throws AppError when there are fewer rows, or groups, than folds need. */
export function makeFolds(y: Int32Array, folds: number, strategy: FoldStrategy): Fold[] {
  if (folds < 2 || !Number.isInteger(folds))
    throw new AppError('bad_params', { detail: `There must be at least 2 folds, not ${folds}.`, hint: { param: 'folds' } })
  if (strategy.kind === 'time') return timeFolds(strategy.times, folds)
  if (y.length < folds) {
    throw new AppError('bad_input', {
      detail: `${y.length} ${y.length === 1 ? 'row is' : 'rows are'} too few for ${folds} folds: add rows, or lower the number of folds.`,
      hint: { param: 'folds' },
    })
  }
  const foldOf = strategy.kind === 'group' ? groupFolds(strategy.groups, folds, strategy.seed) : classFolds(y, folds, strategy)
  return Array.from({ length: folds }, (_, fold) => {
    const rows = Int32Array.from(y, (_, row) => row)
    return { train: rows.filter((row) => foldOf[row] !== fold), test: rows.filter((row) => foldOf[row] === fold) }
  })
}

/** Folds for answers that are no classes: rows shuffled by the seed and dealt evenly. Throws as makeFolds. */
export function shuffledFolds(rows: number, folds: number, seed: number): Fold[] {
  return makeFolds(new Int32Array(rows), folds, { kind: 'stratified', seed })
}

/** Fold per row, class by class; the next class goes on where the last one stopped, so that small classes spread too. */
function classFolds(y: Int32Array, folds: number, strategy: { kind: 'stratified'; seed: number } | { kind: 'in-order' }): Int32Array {
  const foldOf = new Int32Array(y.length)
  const order = Int32Array.from(y, (_, row) => row)
  if (strategy.kind === 'stratified') shuffle(order, seededRandom(strategy.seed))
  const dealt = new Map<number, number>()
  for (const row of order) {
    const label = y[row] ?? 0
    const count = dealt.get(label) ?? (strategy.kind === 'stratified' ? dealt.size : 0)
    foldOf[row] = count % folds
    dealt.set(label, count + 1)
  }
  return foldOf
}

/** Groups from large to small, each to the fold with the fewest rows (ties by the seed's order of groups). */
function groupFolds(groups: readonly string[], folds: number, seed: number): Int32Array {
  const rows = new Map<string, number>()
  for (const group of groups) rows.set(group, (rows.get(group) ?? 0) + 1)
  if (rows.size < folds) {
    throw new AppError('bad_input', {
      detail: `There are ${rows.size} groups, too few for ${folds} folds: lower the number of folds, or choose another group column.`,
      hint: { param: 'folds' },
    })
  }
  const names = [...rows.keys()]
  const order = Int32Array.from(names, (_, i) => i)
  shuffle(order, seededRandom(seed))
  const sorted = Array.from(order, (i) => names[i] ?? '').sort((a, b) => (rows.get(b) ?? 0) - (rows.get(a) ?? 0))
  const sizes = new Int32Array(folds)
  const foldOf = new Map<string, number>()
  for (const name of sorted) {
    const smallest = sizes.indexOf(Math.min(...sizes))
    foldOf.set(name, smallest)
    sizes[smallest] = (sizes[smallest] ?? 0) + (rows.get(name) ?? 0)
  }
  return Int32Array.from(groups, (group) => foldOf.get(group) ?? 0)
}

/** Expanding window, as scikit-learn's TimeSeriesSplit; rows of one moment may be cut apart. */
function timeFolds(times: Float64Array, folds: number): Fold[] {
  const missing = times.findIndex(Number.isNaN)
  if (missing >= 0) {
    throw new AppError('bad_input', {
      detail: `Row ${missing + 1} has no time, so it cannot be placed in a fold: fill or drop it first.`,
      hint: { row: missing + 1 },
    })
  }
  const block = Math.floor(times.length / (folds + 1))
  if (block === 0) {
    throw new AppError('bad_input', {
      detail: `${times.length} rows are too few for ${folds} folds by time, which need at least ${folds + 1}.`,
      hint: { param: 'folds' },
    })
  }
  const order = Int32Array.from(times, (_, row) => row).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b)
  return Array.from({ length: folds }, (_, fold) => {
    const from = times.length - (folds - fold) * block
    return { train: order.slice(0, from).sort(), test: order.slice(from, from + block).sort() }
  })
}
