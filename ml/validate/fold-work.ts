import type { Estimator } from '#core/estimators/estimators'
import type { FitContext } from '#ml/estimators/contract'
import { fitEstimator } from '#ml/estimators/fit-estimator'
import { fitTrainingRows, transformFeatures } from '#ml/features/fit-plan'
import type { RawColumn } from '#ml/features/read-raw-columns'
import { TermTable, type TermTableParts } from '#ml/features/term-table'
import { scoreRows } from '#ml/models/score-rows'
import type { Fold } from './folds'

/** Right answers of all rows: indexes of classes, or numbers. */
type FoldAnswers = { y: Int32Array; classes: number } | { y: Float64Array; classes: null }

/** All that the folds of one table have in common. */
export type FoldWork = { raw: readonly RawColumn[]; estimator: Estimator; answers: FoldAnswers; seed: number }

/**
 * Trains on the fold's training rows, features and estimator, and scores its test rows, [test rows][outputs]. The same work and
 * fold give the same bytes, wherever it is done. Throws as fitEstimator does.
 */
export async function scoreFold(
  { raw, estimator, answers, seed }: FoldWork,
  { train, test }: Fold,
  { signal, onShare }: Pick<FitContext, 'signal' | 'onShare'>,
): Promise<Float32Array> {
  const { features, x } = await fitTrainingRows(raw, train, signal)
  const { classes, y } = answers
  const data =
    classes === null
      ? { x, y: Float64Array.from(train, (row) => y[row] ?? 0), weights: null }
      : { x, y: Int32Array.from(train, (row) => y[row] ?? 0), classes, weights: null }
  const { state } = await fitEstimator(estimator, data, { seed, signal, onShare })
  return scoreRows(state, transformFeatures(features, raw, test), signal)
}

/** Threads that work on folds beside the caller; server/folds has them. */
export type FoldThreads = {
  /** Lets the threads begin with the folds that nobody has taken. `onShare` hears how far a thread is with one. */
  help(work: FoldWork, folds: readonly Fold[], onShare: (fold: number, share: number) => void): FoldHelp
}

export type FoldHelp = {
  /** Takes the next fold for the caller; null when all are taken. */
  take(): number | null
  /** Scores of all folds that threads took. Throws what a thread threw, AppError when one is lost, and `cancelled` when the signal aborts. */
  finish(signal: AbortSignal | undefined): Promise<ReadonlyMap<number, Float32Array>>
  /** Nobody waits for the rest: threads that are still at it are ended. */
  stop(): void
}

/** The caller alone. */
export function withoutHelp(folds: readonly Fold[]): FoldHelp {
  let taken = 0
  return {
    take: () => (taken < folds.length ? taken++ : null),
    finish: async () => new Map(),
    stop: () => undefined,
  }
}

type Text = Extract<RawColumn, { kind: 'text' }>
type Vectors = Extract<RawColumn, { kind: 'vectors' }>
type Components = Extract<RawColumn, { kind: 'components' }>
type PackedColumn =
  | (Omit<Text, 'table'> & { table: TermTableParts })
  | (Omit<Vectors, 'table'> & { table: TermTableParts })
  | (Omit<Components, 'before'> & { before: PackedColumn[] })
  | Exclude<RawColumn, Text | Vectors | Components>

/** FoldWork as plain data, which another thread can be sent. */
export type PackedFoldWork = Omit<FoldWork, 'raw'> & { raw: readonly PackedColumn[] }

export function packFoldWork(work: FoldWork): PackedFoldWork {
  return { ...work, raw: work.raw.map(packColumn) }
}

export function unpackFoldWork(work: PackedFoldWork): FoldWork {
  return { ...work, raw: work.raw.map(unpackColumn) }
}

function packColumn(column: RawColumn): PackedColumn {
  if (column.kind === 'text') return { ...column, table: column.table.parts() }
  if (column.kind === 'vectors') return { ...column, table: column.table.parts() }
  return column.kind === 'components' ? { ...column, before: column.before.map(packColumn) } : column
}

function unpackColumn(column: PackedColumn): RawColumn {
  if (column.kind === 'text') return { ...column, table: TermTable.of(column.table) }
  if (column.kind === 'vectors') return { ...column, table: TermTable.of(column.table) }
  return column.kind === 'components' ? { ...column, before: column.before.map(unpackColumn) } : column
}
