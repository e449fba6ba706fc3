import type { CrossValidationReport } from '#core/reports/report'
import { othersOf, rowsAt } from '#ml/calibration/fit-calibration'
import { answersOf, chooseThreshold, positiveOf } from '#ml/calibration/threshold'
import { classCurves } from '#ml/metrics/class-curves'
import { classificationReport } from '#ml/metrics/classification-report'
import { type CrossValidateArgs, spreadOf } from './cross-validate-args'
import { type OutOfFoldProbabilities, outOfFoldProbabilities } from './out-of-fold-probabilities'

/** Cross-validation of a classifier, as outOfFoldProbabilities trains it. */
export async function crossValidateClassifier(args: CrossValidateArgs): Promise<CrossValidationReport> {
  const outOfFold = await outOfFoldProbabilities(args)
  const { labels, probabilities, tested, folds } = outOfFold
  const answers = answersByThreshold(outOfFold, args)

  const reportOn = (rows: Int32Array) => {
    const { texts } = args
    const report = classificationReport({
      classes: labels.classes,
      truth: Int32Array.from(rows, (row) => labels.y[row] ?? 0),
      probabilities: rowsAt(probabilities, rows, labels.classes.length),
      ...(answers && { predicted: rows.map((row) => answers[row] ?? 0) }),
      ...(texts ? { texts: (i: number) => texts(rows[i] ?? 0) } : {}),
    })
    return { ...report, mistakes: report.mistakes.map((mistake) => ({ ...mistake, row: rows[mistake.row] ?? 0 })) }
  }
  const reports = folds.map((fold) => reportOn(fold.test))
  const areas = reports.map((report) => report.rocAuc)
  return {
    report: 'cross-validation',
    rows: tested.length,
    folds: folds.length,
    accuracy: spreadOf(reports.map((report) => report.accuracy)),
    macroF1: spreadOf(reports.map((report) => report.macroF1)),
    logLoss: spreadOf(reports.map((report) => report.logLoss)),
    rocAuc: areas.every((area) => area !== null) ? spreadOf(areas) : null,
    pooled: {
      ...reportOn(tested),
      ...classCurves({
        classes: labels.classes,
        truth: tested.map((row) => labels.y[row] ?? 0),
        probabilities: rowsAt(probabilities, tested, labels.classes.length),
      }),
    },
  }
}

/** Answers per row, each fold by the threshold that is best on the rows that its calibration learns from; null when none is wanted. */
function answersByThreshold(
  { labels: { classes, y }, probabilities, tested, folds }: OutOfFoldProbabilities,
  { threshold: choice, strategy }: CrossValidateArgs,
): Int32Array | null {
  if (!choice) return null
  const positive = positiveOf(choice, classes, y)
  const answers = new Int32Array(y.length)
  for (const [i, fold] of folds.entries()) {
    const rows = othersOf(i, folds, tested, strategy.kind)
    const learned = { probabilities: rowsAt(probabilities, rows, 2), y: rows.map((row) => y[row] ?? 0) }
    const threshold = rows.length > 0 ? chooseThreshold(choice, positive, learned) : null
    for (const [j, answer] of answersOf(rowsAt(probabilities, fold.test, 2), 2, threshold).entries()) answers[fold.test[j] ?? 0] = answer
  }
  return answers
}
