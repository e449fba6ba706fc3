import type { Figure } from '#core/ports/kinds'
import { formatFigure, formatNumber } from '#core/words/format'

/** A figure as people write it: scores with three digits, counts in full. */
export function metricText({ name, value, unit }: Pick<Figure, 'name' | 'value' | 'unit'>): string {
  if (unit) return `${formatNumber(value)} ${unit}`
  return isCount(name) ? formatNumber(value) : formatFigure(value)
}

const ofRecommenders = ['NDCG', 'recall', 'coverage']
const ofGroups = ['silhouette', 'clusters', 'anomalies', 'threshold']

/** The figures that fit on one line: those that say most of a model of its kind. */
export function mainMetrics(metrics: readonly Figure[]): Figure[] {
  return ['accuracy', 'macro F1', 'ROC-AUC', 'R2', 'MAE', 'RMSE', ...ofRecommenders, ...ofGroups].flatMap((name) =>
    metrics.filter((figure) => figure.name === name),
  )
}

/** The columns of a table of versions: what people choose by. */
export function tableMetrics(versions: readonly { metrics: readonly Figure[] }[]): string[] {
  const isThere = (name: string) => versions.some(({ metrics }) => metrics.some((figure) => figure.name === name))
  const others = ['R2', 'MAE', 'RMSE', ...ofRecommenders, ...ofGroups].filter(isThere)
  return others.length > 0 && !isThere('accuracy') ? others : ['accuracy', 'macro F1', 'log-loss', 'ECE', ...others]
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
    'slices',
    'likely label errors',
    'clusters',
    'anomalies',
  ].includes(name)
}
