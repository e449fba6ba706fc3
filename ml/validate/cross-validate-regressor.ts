import type { RegressionCrossValidationReport } from '#core/reports/regression'
import { readRawColumns } from '#ml/features/read-raw-columns'
import { regressionReport } from '#ml/metrics/regression-report'
import { checkColumns, checkSize } from '#ml/pipeline/check-columns'
import { chooseFeatures } from '#ml/pipeline/choose-features'
import { checkNumbers } from '#ml/pipeline/numbers'
import { type CrossValidateArgs, foldProgress, spreadOf } from './cross-validate-args'
import { makeFolds } from './folds'
import { outOfFoldScores } from './out-of-fold'

/** Cross-validation of a regressor; a stratified strategy only shuffles. A fold whose right answers are all the same has no R2. */
export async function crossValidateRegressor(args: CrossValidateArgs): Promise<RegressionCrossValidationReport> {
  const { columns, estimator, seed, signal, texts } = args
  const target = args.targetName ?? 'value'
  const y = checkNumbers(args.target, target)
  const { steps } = chooseFeatures(columns, args.plan, target, estimator)
  checkColumns(columns, steps, y.length)
  const folds = makeFolds(new Int32Array(y.length), args.folds, args.strategy)
  args.onProgress?.(0, folds.length * 100, 'Reading the columns')
  const raw = await readRawColumns(columns, steps, signal, { answers: { y, classes: null }, seed }, args.vectors)
  checkSize(y.length, 0, 1)
  const { scores, tested } = await outOfFoldScores({
    raw,
    estimator,
    answers: { y, classes: null },
    seed,
    folds,
    threads: args.threads,
    signal,
    onFold: foldProgress(args, folds.length),
  })

  const reportOn = (rows: Int32Array) => {
    const report = regressionReport({
      target,
      truth: Float64Array.from(rows, (row) => y[row] ?? 0),
      predicted: Float32Array.from(rows, (row) => scores[row] ?? 0),
      ...(texts && { texts: (i: number) => texts(rows[i] ?? 0) }),
    })
    return { ...report, worst: report.worst.map((each) => ({ ...each, row: rows[each.row] ?? 0 })) }
  }
  const reports = folds.map((fold) => reportOn(fold.test))
  const explained = reports.map((report) => report.r2)
  return {
    report: 'regression-cross-validation',
    rows: tested.length,
    folds: folds.length,
    r2: explained.every((r2) => r2 !== null) ? spreadOf(explained) : null,
    mae: spreadOf(reports.map((report) => report.mae)),
    rmse: spreadOf(reports.map((report) => report.rmse)),
    pooled: reportOn(tested),
  }
}
