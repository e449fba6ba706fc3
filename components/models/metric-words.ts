import type { Figure } from '#core/ports/kinds'
import { formatNumber, formatScore } from '#core/words/format'

/** A figure as people write it: scores with three digits, counts in full. */
export function metricText({ name, value, unit }: Pick<Figure, 'name' | 'value' | 'unit'>): string {
  if (unit) return `${formatNumber(value)} ${unit}`
  return isCount(name) ? formatNumber(value) : formatScore(value)
}

/** The figures that fit on one line: the two that say most, then recall of the smaller class, if classes are named. */
export function mainMetrics(metrics: readonly Figure[]): Figure[] {
  return ['accuracy', 'macro F1', 'ROC-AUC'].flatMap((name) => metrics.filter((figure) => figure.name === name))
}

function isCount(name: string): boolean {
  return [
    'rows',
    'terms',
    'folds',
    'read',
    'kept',
    'refused',
    'held back',
    'found',
    'rows changed',
    'checks that hold',
    'rules that hold',
  ].includes(name)
}
