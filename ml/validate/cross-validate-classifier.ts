import type { CrossValidationReport } from '#core/reports/report'
import { fitTemperature } from '#ml/calibration/temperature'
import { fitEstimator } from '#ml/estimators/fit-estimator'
import { readRawColumns } from '#ml/features/raw-columns'
import { classificationReport } from '#ml/metrics/classification-report'
import { softmaxRows } from '#ml/models/scores'
import { checkColumns, checkSize } from '#ml/pipeline/check-columns'
import { chooseFeatures } from '#ml/pipeline/choose-features'
import { labelsOf } from '#ml/pipeline/fit-classifier'
import { codeLabels } from '#ml/pipeline/labels'
import { type CrossValidateArgs, foldProgress, spreadOf } from './cross-validate-args'
import { type Fold, makeFolds } from './folds'
import { outOfFoldScores } from './out-of-fold'

/** Cross-validation of a classifier; the temperature of a fold comes from the out-of-fold scores of the other folds' rows. */
export async function crossValidateClassifier(args: CrossValidateArgs): Promise<CrossValidationReport> {
  const { columns, estimator, seed, signal } = args
  const targetName = args.targetName ?? 'label'
  const labels = codeLabels(labelsOf(args.target), targetName)
  const classes = labels.classes.length
  const { steps } = chooseFeatures(columns, args.plan, targetName, estimator)
  checkColumns(columns, steps, args.target.length)
  const folds = makeFolds(labels.y, args.folds, args.strategy)
  args.onProgress?.(0, folds.length * 100, 'Reading the columns')
  const raw = await readRawColumns(columns, steps, signal)
  checkSize(labels.y.length, 0, classes)
  const outOfFold = await outOfFoldScores({
    raw,
    rows: labels.y.length,
    outputs: classes,
    folds,
    learn: (x, rows, onShare) => {
      const y = Int32Array.from(rows, (row) => labels.y[row] ?? 0)
      return fitEstimator(estimator, { x, y, classes, weights: null }, { seed, signal, onShare })
    },
    onFold: foldProgress(args, folds.length),
  })
  const probabilities = await calibratedFolds(outOfFold, labels.y, classes, folds, args)

  const reportOn = (rows: Int32Array) => {
    const part = new Float32Array(rows.length * classes)
    for (const [i, row] of rows.entries()) part.set(probabilities.subarray(row * classes, (row + 1) * classes), i * classes)
    const { texts } = args
    const report = classificationReport({
      classes: labels.classes,
      truth: Int32Array.from(rows, (row) => labels.y[row] ?? 0),
      probabilities: part,
      ...(texts ? { texts: (i: number) => texts(rows[i] ?? 0) } : {}),
    })
    return { ...report, mistakes: report.mistakes.map((mistake) => ({ ...mistake, row: rows[mistake.row] ?? 0 })) }
  }
  const reports = folds.map((fold) => reportOn(fold.test))
  const areas = reports.map((report) => report.rocAuc)
  return {
    report: 'cross-validation',
    rows: outOfFold.tested.length,
    folds: folds.length,
    accuracy: spreadOf(reports.map((report) => report.accuracy)),
    macroF1: spreadOf(reports.map((report) => report.macroF1)),
    logLoss: spreadOf(reports.map((report) => report.logLoss)),
    rocAuc: areas.every((area) => area !== null) ? spreadOf(areas) : null,
    pooled: reportOn(outOfFold.tested),
  }
}

/** Out-of-fold probabilities, each fold cooled by what the other folds say; by time, by what the earlier ones say. */
async function calibratedFolds(
  { scores, tested }: { scores: Float32Array; tested: Int32Array },
  y: Int32Array,
  classes: number,
  folds: readonly Fold[],
  { calibrate, signal, strategy }: Pick<CrossValidateArgs, 'calibrate' | 'signal' | 'strategy'>,
): Promise<Float32Array> {
  if (calibrate) {
    const temperatures: number[] = []
    for (const [i, fold] of folds.entries()) {
      const left = new Set(strategy.kind === 'time' ? folds.slice(i).flatMap((later) => [...later.test]) : fold.test)
      const rows = tested.filter((row) => !left.has(row))
      temperatures.push(rows.length > 0 ? await fitTemperature(scores, y, classes, { rows, ...(signal ? { signal } : {}) }) : 1)
    }
    for (const [i, fold] of folds.entries()) {
      const scale = 1 / (temperatures[i] ?? 1)
      for (const row of fold.test) for (let k = row * classes; k < (row + 1) * classes; k++) scores[k] = (scores[k] ?? 0) * scale
    }
  }
  return softmaxRows(scores, classes)
}
