import { AppError } from '#core/errors/app-error'
import type { SearchSettings } from '#core/tune/settings'
import { seededRandom, shuffle } from '#ml/estimators/random'
import { type Fold, makeFolds, shuffledFolds } from '#ml/validate/folds'

export type SearchRows = {
  /** Class per row; all 0 for a regression, whose folds have nothing to keep even. */
  y: Int32Array
  groups?: readonly string[]
  times?: Float64Array
}

/**
 * The folds that every trial of a search is tested on: the same for all, so that trials differ by their params only.
 * `repeated` deals stratified folds `repeats` times. Throws AppError when a column is lacking or rows are too few.
 */
export function searchFolds({ y, groups, times }: SearchRows, { strategy, folds, repeats, seed }: SearchSettings): Fold[] {
  switch (strategy) {
    case 'k-fold':
      return shuffledFolds(y.length, folds, seed)
    case 'stratified':
      return makeFolds(y, folds, { kind: 'stratified', seed })
    case 'repeated':
      return Array.from({ length: repeats }, (_, i) => makeFolds(y, folds, { kind: 'stratified', seed: seed + i })).flat()
    case 'grouped':
      return makeFolds(y, folds, { kind: 'group', groups: groups ?? lacking('group'), seed })
    case 'time':
      return makeFolds(y, folds, { kind: 'time', times: times ?? lacking('time') })
  }
}

function lacking(what: string): never {
  throw new AppError('bad_params', {
    detail: `These folds need a ${what} column: choose it under "Group or time column".`,
    hint: { param: 'foldColumn' },
  })
}

/**
 * What a trial of that share works on. Of `rows`: all folds, each with that share of its training rows, of every class alike
 * and one at least; of `folds`: the first of them. A larger share holds all of a smaller one. Test rows stay whole, so that
 * scores of one round compare.
 */
export function foldsOfShare(
  folds: readonly Fold[],
  share: number,
  { y, resource, seed }: { y: Int32Array } & Pick<SearchSettings, 'resource' | 'seed'>,
): Fold[] {
  if (share >= 1) return [...folds]
  if (resource === 'folds') return folds.slice(0, Math.max(1, Math.round(share * folds.length)))
  return folds.map(({ train, test }, i) => ({ train: thin(train, y, share, seed + i), test }))
}

function thin(rows: Int32Array, y: Int32Array, share: number, seed: number): Int32Array {
  const order = rows.slice()
  shuffle(order, seededRandom(seed))
  const size = new Map<number, number>()
  for (const row of rows) size.set(y[row] ?? 0, (size.get(y[row] ?? 0) ?? 0) + 1)
  const taken = new Map<number, number>()
  const kept = order.filter((row) => {
    const label = y[row] ?? 0
    const count = taken.get(label) ?? 0
    taken.set(label, count + 1)
    return count < Math.max(1, Math.round(share * (size.get(label) ?? 0)))
  })
  return kept.sort()
}
