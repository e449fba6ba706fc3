import { AppError } from '#core/errors/app-error'
import { taskOf } from '#core/estimators/estimators'
import { findFigure, reportFigures } from '#core/reports/figures'
import type { LearningCurveReport } from '#core/reports/learning-curve'
import type { Report } from '#core/reports/report'
import { directionOf, usualMetric } from '#core/tune/metric'
import { formatShare, plural } from '#core/words/format'
import { fitTrainingRows, transformFeatures } from '#ml/features/fit-plan'
import { type RawColumn, readRawColumns } from '#ml/features/read-raw-columns'
import { scoreRows } from '#ml/models/score-rows'
import { checkColumns, checkSize } from '#ml/pipeline/check-columns'
import { chooseFeatures } from '#ml/pipeline/choose-features'
import type { FitArgs } from '#ml/pipeline/fit-args'
import { type FoldTask, foldTask } from '#ml/tune/score-folds'
import { foldsOfShare } from '#ml/tune/search-folds'
import { spreadOf } from './cross-validate-args'
import { type Fold, makeFolds } from './folds'
import { judgeCurve } from './learning-curve-verdict'

/** One size of the curve: each fold's training rows at that size, and its test rows, which are the same at all sizes. */
export type CurveSize = { share: number; folds: Fold[] }

export type LearningCurveArgs = Omit<FitArgs, 'calibration' | 'threshold'> & {
  /** As reports name it; macro F1 of classes and RMSE of numbers when empty. */
  metric: string
  /** From small to large. */
  sizes(y: Int32Array): readonly CurveSize[]
  /** Told after each training and its scoring, in the order of folds, from small to large. */
  onFit?(size: number): void
}

/**
 * Scores a model on ever more of its training rows, as scikit-learn's learning_curve: features and estimator are fitted on
 * each fold's rows of that size only, and scored on these and on the fold's test rows, before any calibration. Throws as
 * fitPipeline does, and for a metric that some rows do not have.
 */
export async function learningCurve(args: LearningCurveArgs): Promise<LearningCurveReport> {
  const { columns, estimator, signal } = args
  const target = args.targetName ?? 'target'
  const task = foldTask(args, target)
  const { steps } = chooseFeatures(columns, args.plan, target, estimator)
  checkColumns(columns, steps, args.target.length)
  checkSize(args.target.length, 0, task.outputs)
  const sizes = args.sizes(task.y)
  const metric = metricOf(args)
  const folds = sizes[0]?.folds.length ?? 0
  const scores = sizes.map((): Record<'training' | 'test', number[]> => ({ training: [], test: [] }))
  const work = sizes.reduce((sum, { share }) => sum + share, 0) * folds
  let done = 0
  args.onProgress?.(0, 100, 'Reading the columns')
  const raw = await readRawColumns(columns, steps, signal, { answers: task.answers, seed: args.seed }, args.vectors)
  for (let fold = 0; fold < folds; fold++) {
    for (const [i, size] of sizes.entries()) {
      const rows = size.folds[fold]
      if (!rows) continue
      args.onProgress?.((done / work) * 100, 100, `Fold ${fold + 1} of ${folds}, ${formatShare(size.share, 0)} of the rows`)
      const { training, test } = await scoreBoth(task, raw, rows, { metric: metric.name, signal })
      scores[i]?.training.push(training)
      scores[i]?.test.push(test)
      args.onFit?.(i)
      done += size.share
    }
  }
  args.onProgress?.(100, 100, 'Done')
  const points = sizes.map(({ share, folds: parts }, i) => ({
    share,
    rows: Math.round(parts.reduce((sum, { train }) => sum + train.length, 0) / folds),
    training: spreadOf(scores[i]?.training ?? []),
    test: spreadOf(scores[i]?.test ?? []),
  }))
  const test = (sizes[0]?.folds[0]?.test ?? []).length
  return {
    report: 'learning-curve',
    target,
    rows: args.target.length,
    folds,
    metric,
    points,
    ...judgeCurve(points, metric, { train: points.at(-1)?.rows ?? 1, test }),
  }
}

/**
 * The sizes of a curve: stratified folds, and of each fold's training rows the shares, of every class alike and one row at
 * least; a larger share holds all rows of a smaller one. Throws AppError when two shares come to the same rows.
 */
export function curveSizes(
  y: Int32Array,
  { shares, folds, seed }: { shares: readonly number[]; folds: number; seed: number },
): CurveSize[] {
  const whole = makeFolds(y, folds, { kind: 'stratified', seed })
  const sizes = [...shares]
    .sort((a, b) => a - b)
    .map((share) => ({ share, folds: foldsOfShare(whole, share, { y, resource: 'rows', seed }) }))
  for (const [i, { share, folds: parts }] of sizes.entries()) {
    const before = sizes[i - 1]
    if (!before || parts.every(({ train }, fold) => train.length > (before.folds[fold]?.train.length ?? 0))) continue
    throw new AppError('bad_params', {
      detail: `${formatShare(before.share, 0)} and ${formatShare(share, 0)} of the training rows are the same ${plural(parts[0]?.train.length ?? 0, 'row')}: choose shares further apart, or bring more rows.`,
      hint: { param: 'shares' },
    })
  }
  return sizes
}

function metricOf({ metric, estimator }: LearningCurveArgs): LearningCurveReport['metric'] {
  const task = taskOf(estimator)
  const name = metric || usualMetric[task]
  return {
    name,
    better: directionOf(name) === 'maximise' ? 'higher' : 'lower',
    isShare: task === 'classification' && name !== 'log-loss',
  }
}

async function scoreBoth(
  task: FoldTask,
  raw: readonly RawColumn[],
  { train, test }: Fold,
  { metric, signal }: { metric: string; signal: AbortSignal | undefined },
): Promise<{ training: number; test: number }> {
  const { features, x } = await fitTrainingRows(raw, train, signal)
  if (features.terms === 0) {
    throw new AppError('bad_params', {
      detail: `With ${plural(train.length, 'training row')} no feature is left, for example because no term occurs in enough of them: leave out the smallest share.`,
      hint: { param: 'shares' },
    })
  }
  const { state } = await task.learn(x, train)
  const scoreOn = async (rows: Int32Array, what: string) =>
    figureOf(task.report(await scoreRows(state, transformFeatures(features, raw, rows), signal), rows), metric, what, rows.length)
  return { training: await scoreOn(train, 'training'), test: await scoreOn(test, 'test') }
}

function figureOf(report: Report, metric: string, what: string, rows: number): number {
  const value = findFigure(report, metric)
  if (value !== null && Number.isFinite(value)) return value
  const there = reportFigures(report).map(({ name }) => name)
  if (there.includes(metric))
    throw new AppError('bad_params', {
      detail: `"${metric}" is no number on some ${what} rows: choose another metric.`,
      hint: { param: 'metric' },
    })
  throw new AppError('bad_params', {
    detail: `There is no "${metric}" of ${plural(rows, `${what} row`)}; there are ${there.join(', ')}. Choose one of them, fewer folds, or larger shares.`,
    hint: { param: 'metric' },
  })
}
