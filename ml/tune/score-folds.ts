import { AppError } from '#core/errors/app-error'
import { taskOf } from '#core/estimators/estimators'
import { findFigure, reportFigures } from '#core/reports/figures'
import type { Report } from '#core/reports/report'
import type { SearchSettings } from '#core/tune/settings'
import type { Fit } from '#ml/estimators/contract'
import { fitEstimator } from '#ml/estimators/fit-estimator'
import type { Answers } from '#ml/features/answers'
import { fitTrainingRows, transformFeatures } from '#ml/features/fit-plan'
import { readRawColumns } from '#ml/features/read-raw-columns'
import type { SparseRows } from '#ml/features/sparse-rows'
import { classificationReport } from '#ml/metrics/classification-report'
import { regressionReport } from '#ml/metrics/regression-report'
import { scoreRows } from '#ml/models/score-rows'
import { softmaxRows } from '#ml/models/scores'
import { checkColumns, checkSize } from '#ml/pipeline/check-columns'
import { chooseFeatures } from '#ml/pipeline/choose-features'
import type { FitArgs } from '#ml/pipeline/fit-args'
import { codeLabels, labelsOf } from '#ml/pipeline/labels'
import { checkNumbers } from '#ml/pipeline/numbers'
import { foldsOfShare, type SearchRows, searchFolds } from './search-folds'

export type ScoreFoldsArgs = Omit<FitArgs, 'calibration' | 'threshold'> & {
  settings: SearchSettings
  /** Of the rows or folds, in (0, 1]. */
  share: number
  /** Per row, for folds by group or by time. */
  rows?: Omit<SearchRows, 'y'>
  /** Scores that are known already: those folds are not done again. */
  known?: readonly number[]
  /** Told each fold in turn, known or not; true leaves out the rest. */
  tell(fold: number, folds: number, score: number): Promise<{ stop: boolean }>
}

/**
 * Scores one setting of a search fold by fold: features and estimator are fitted on the fold's training rows only, and the
 * metric is taken on its test rows, before any calibration. Throws AppError as fitPipeline does, and for a metric that a
 * fold does not have.
 */
export async function scoreFolds(args: ScoreFoldsArgs): Promise<void> {
  const { columns, estimator, settings, share, known = [], signal, tell } = args
  const targetName = args.targetName ?? 'target'
  const task = foldTask(args, targetName)
  const { steps } = chooseFeatures(columns, args.plan, targetName, estimator)
  checkColumns(columns, steps, args.target.length)
  checkSize(args.target.length, 0, task.outputs)
  const folds = foldsOfShare(searchFolds({ y: task.y, ...args.rows }, settings), share, { y: task.y, ...settings })
  const raw =
    folds.length > known.length
      ? await readRawColumns(columns, steps, signal, { answers: task.answers, seed: args.seed }, args.vectors)
      : []
  for (const [i, fold] of folds.entries()) {
    args.onProgress?.(i, folds.length, `Fold ${i + 1} of ${folds.length}`)
    let score = known[i]
    if (score === undefined) {
      const { features, x } = await fitTrainingRows(raw, fold.train, signal)
      const { state } = await task.learn(x, fold.train)
      const report = task.report(await scoreRows(state, transformFeatures(features, raw, fold.test), signal), fold.test)
      score = figureOf(report, settings.metric, i)
    }
    if ((await tell(i, folds.length, score)).stop) return
  }
}

/** What training and scoring on some rows of a table need, the same for classes and numbers. */
export type FoldTask = {
  outputs: number
  /** Class per row; 0 for numbers, which have no classes to keep even. */
  y: Int32Array
  /** For features that learn from them. */
  answers: Answers
  learn(x: SparseRows, rows: Int32Array): Promise<Fit>
  /** Of the scores of some rows. */
  report(scores: Float32Array, rows: Int32Array): Report
}

type FoldTaskArgs = Pick<FitArgs, 'target' | 'estimator' | 'seed' | 'signal'>

/** Checks the right answers and says how to learn from some rows and judge others. Throws as fitPipeline does. */
export function foldTask(args: FoldTaskArgs, targetName: string): FoldTask {
  return taskOf(args.estimator) === 'regression' ? numberTask(args, targetName) : classTask(args, targetName)
}

function classTask({ target, estimator, seed, signal }: FoldTaskArgs, targetName: string): FoldTask {
  const { classes: names, y } = codeLabels(labelsOf(target), targetName)
  const classes = names.length
  const labelsAt = (rows: Int32Array) => Int32Array.from(rows, (row) => y[row] ?? 0)
  return {
    outputs: classes,
    y,
    answers: { y, classes: names },
    learn: (x, rows) => fitEstimator(estimator, { x, y: labelsAt(rows), classes, weights: null }, { seed, signal }),
    report: (scores, rows) => classificationReport({ classes: names, truth: labelsAt(rows), probabilities: softmaxRows(scores, classes) }),
  }
}

function numberTask({ target, estimator, seed, signal }: FoldTaskArgs, targetName: string): FoldTask {
  const values = checkNumbers(target, targetName)
  const valuesAt = (rows: Int32Array) => Float64Array.from(rows, (row) => values[row] ?? 0)
  return {
    outputs: 1,
    y: new Int32Array(values.length),
    answers: { y: values, classes: null },
    learn: (x, rows) => fitEstimator(estimator, { x, y: valuesAt(rows), weights: null }, { seed, signal }),
    report: (scores, rows) => regressionReport({ target: targetName, truth: valuesAt(rows), predicted: scores }),
  }
}

function figureOf(report: Report, metric: string, fold: number): number {
  const value = findFigure(report, metric)
  if (value !== null && Number.isFinite(value)) return value
  const there = reportFigures(report).map(({ name }) => name)
  throw new AppError('bad_params', {
    detail: `Fold ${fold + 1} has no "${metric}"; it has ${there.join(', ')}. Choose one of them, or fewer folds.`,
    hint: { param: 'metric' },
  })
}
