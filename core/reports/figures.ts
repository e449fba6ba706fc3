import type { Figure } from '#core/ports/kinds'
import { classBaselineFigures, numberBaselineFigures } from './baselines'
import { judgingFigures } from './judging-figures'
import { recommendationFigures } from './recommendation'
import type { RegressionCrossValidationReport, RegressionReport } from './regression'
import type { ClassificationReport, CrossValidationReport, Report } from './report'
import { searchFigures } from './search-figures'
import { anomalyFigures, clusterFigures } from './unlabelled-figures'

/** Reports with more classes than this name only their overall figures; a gate may still ask for any class. */
const maxNamedClasses = 12

/** The figures of a report under the names that gates, comparisons and the registry use: `accuracy`, `recall[spam]` … */
export function reportFigures(report: Report): Figure[] {
  switch (report.report) {
    case 'classification':
      return [...overall(report), ...(report.classes.length <= maxNamedClasses ? perClass(report) : [])]
    case 'cross-validation':
      return crossValidated(report)
    case 'regression':
      return offBy(report)
    case 'regression-cross-validation':
      return crossValidatedNumbers(report)
    case 'training':
      return [
        { name: 'rows', value: report.rows },
        { name: 'terms', value: report.terms },
        ...given('ECE', report.eceAfter, 'lower'),
        ...(report.quality ? qualityOf(report.quality) : []),
        ...classBaselineFigures(report.quality?.baselines),
        ...(report.outOfFold ? errorsOf(report.outOfFold) : []),
        ...numberBaselineFigures(report.outOfFold?.baselines),
      ]
    case 'contract':
      return [
        { name: 'rows', value: report.rows },
        { name: 'held back', value: report.heldBack },
        { name: 'rules that hold', value: report.rules.filter((rule) => rule.holds).length },
      ]
    case 'load':
      return [
        { name: 'read', value: report.read },
        { name: 'kept', value: report.kept },
        { name: 'refused', value: report.refused },
      ]
    case 'anonymise':
      return [
        { name: 'rows', value: report.rows },
        { name: 'rows changed', value: report.changedRows },
        { name: 'found', value: report.found.reduce((sum, { count }) => sum + count, 0) },
      ]
    case 'import':
      return [
        { name: 'rows', value: report.rows },
        { name: 'difference between runtimes', value: report.parity.runtimes, better: 'lower' },
      ]
    case 'gate':
      return [{ name: 'checks that hold', value: report.checks.filter((check) => check.passes).length }]
    case 'recommendation':
      return recommendationFigures(report)
    case 'features':
      return report.parts.length > 0 ? [{ name: 'features', value: report.features }] : []
    case 'search':
      return searchFigures(report)
    case 'clusters':
      return clusterFigures(report)
    case 'anomalies':
      return anomalyFigures(report)
    case 'slices':
    case 'fairness':
    case 'comparison':
    case 'label-errors':
    case 'learning-curve':
    case 'explanation':
      return judgingFigures(report)
  }
}

const inTargetUnit = ['MAE', 'RMSE', 'median absolute error', 'mean residual', 'highest slice MAE']

/** Whether a figure is counted in the unit of what is predicted (euros, days), so that its size says nothing by itself. */
export function isInTargetUnit(name: string): boolean {
  return inTargetUnit.includes(name.replace(/, (deviation|mean|median|last value|training)$/, ''))
}

/** One figure by its name, or null when the report has none: another kind of report, an unknown class, or a class without rows. */
export function findFigure(report: Report, name: string): number | null {
  const classification = report.report === 'cross-validation' ? report.pooled : report.report === 'classification' ? report : null
  const pooled = report.report === 'regression-cross-validation' ? offBy(report.pooled) : []
  const all = classification
    ? [...reportFigures(report), ...overall(classification), ...perClass(classification)]
    : [...reportFigures(report), ...pooled]
  return all.find((figure) => figure.name === name)?.value ?? null
}

function qualityOf({ accuracy, macroF1, logLoss }: { accuracy: number; macroF1: number; logLoss: number }): Figure[] {
  return [
    { name: 'accuracy', value: accuracy, better: 'higher' },
    { name: 'macro F1', value: macroF1, better: 'higher' },
    { name: 'log-loss', value: logLoss, better: 'lower' },
  ]
}

function errorsOf({ r2, mae, rmse }: { r2: number | null; mae: number; rmse: number }): Figure[] {
  return [...given('R2', r2, 'higher'), { name: 'MAE', value: mae, better: 'lower' }, { name: 'RMSE', value: rmse, better: 'lower' }]
}

function offBy(report: RegressionReport): Figure[] {
  return [
    ...errorsOf(report),
    { name: 'median absolute error', value: report.medianAbsoluteError, better: 'lower' },
    ...given('MAPE', report.mape, 'lower'),
    { name: 'mean residual', value: report.meanResidual },
    ...(report.interval ? [{ name: 'interval coverage', value: report.interval.covered }] : []),
    { name: 'rows', value: report.rows },
    ...numberBaselineFigures(report.baselines),
  ]
}

function crossValidatedNumbers(report: RegressionCrossValidationReport): Figure[] {
  return [
    ...errorsOf({ r2: report.r2?.mean ?? null, mae: report.mae.mean, rmse: report.rmse.mean }),
    ...given('R2, deviation', report.r2?.std ?? null, 'lower'),
    { name: 'MAE, deviation', value: report.mae.std, better: 'lower' },
    { name: 'RMSE, deviation', value: report.rmse.std, better: 'lower' },
    { name: 'rows', value: report.rows },
    { name: 'folds', value: report.folds },
  ]
}

/** The classes a report speaks of, for messages. */
export function reportClasses(report: Report): string[] {
  if (report.report === 'classification') return report.classes
  return report.report === 'cross-validation' ? report.pooled.classes : []
}

function overall(report: ClassificationReport): Figure[] {
  return [
    { name: 'accuracy', value: report.accuracy, better: 'higher' },
    { name: 'macro F1', value: report.macroF1, better: 'higher' },
    { name: 'macro precision', value: report.macroPrecision, better: 'higher' },
    { name: 'macro recall', value: report.macroRecall, better: 'higher' },
    { name: 'log-loss', value: report.logLoss, better: 'lower' },
    ...given('ROC-AUC', report.rocAuc, 'higher'),
    ...given('average precision', report.averagePrecision, 'higher'),
    { name: 'ECE', value: report.ece, better: 'lower' },
    { name: 'mean confidence', value: report.meanConfidence },
    { name: 'rows', value: report.rows },
    ...classBaselineFigures(report.baselines),
  ]
}

function perClass(report: ClassificationReport): Figure[] {
  return report.perClass
    .filter((entry) => entry.rows > 0)
    .flatMap((entry): Figure[] => [
      { name: `precision[${entry.name}]`, value: entry.precision, better: 'higher' },
      { name: `recall[${entry.name}]`, value: entry.recall, better: 'higher' },
      { name: `F1[${entry.name}]`, value: entry.f1, better: 'higher' },
      { name: `false positive rate[${entry.name}]`, value: entry.falsePositiveRate, better: 'lower' },
    ])
}

function crossValidated(report: CrossValidationReport): Figure[] {
  return [
    { name: 'accuracy', value: report.accuracy.mean, better: 'higher' },
    { name: 'accuracy, deviation', value: report.accuracy.std, better: 'lower' },
    { name: 'macro F1', value: report.macroF1.mean, better: 'higher' },
    { name: 'log-loss', value: report.logLoss.mean, better: 'lower' },
    ...given('ROC-AUC', report.rocAuc?.mean ?? null, 'higher'),
    { name: 'ECE', value: report.pooled.ece, better: 'lower' },
    { name: 'rows', value: report.rows },
    { name: 'folds', value: report.folds },
  ]
}

function given(name: string, value: number | null, better: 'higher' | 'lower'): Figure[] {
  return value === null ? [] : [{ name, value, better }]
}
