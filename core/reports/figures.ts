import type { Figure } from '#core/ports/kinds'
import type { ClassificationReport, CrossValidationReport, Report } from './report'

/** Reports with more classes than this name only their overall figures; a gate may still ask for any class. */
const maxNamedClasses = 12

/** The figures of a report under the names that gates, comparisons and the registry use: `accuracy`, `recall[spam]` … */
export function reportFigures(report: Report): Figure[] {
  switch (report.report) {
    case 'classification':
      return [...overall(report), ...(report.classes.length <= maxNamedClasses ? perClass(report) : [])]
    case 'cross-validation':
      return crossValidated(report)
    case 'training':
      return [{ name: 'rows', value: report.rows }, { name: 'terms', value: report.terms }, ...given('ECE', report.eceAfter, 'lower')]
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
    case 'gate':
      return [{ name: 'checks that hold', value: report.checks.filter((check) => check.passes).length }]
  }
}

/** One figure by its name, or null when the report has none: another kind of report, an unknown class, or a class without rows. */
export function findFigure(report: Report, name: string): number | null {
  const classification = report.report === 'cross-validation' ? report.pooled : report.report === 'classification' ? report : null
  const all = classification ? [...reportFigures(report), ...overall(classification), ...perClass(classification)] : reportFigures(report)
  return all.find((figure) => figure.name === name)?.value ?? null
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
