import { AppError } from '#core/errors/app-error'
import type { ModelValue } from '#core/ports/kinds'
import { textsOf } from '#ml/features/raw-columns'
import { listWords } from '../column-checks'
import type { ColumnData } from '../define'

/** Clusters have numbers, and no number is the right one. */
export function refuseClusters({ recipe }: ModelValue): void {
  if (recipe?.estimator.kind !== 'k-means') return
  throw new AppError('bad_input', {
    detail:
      'The model finds clusters, and nobody knows the right number of a row’s cluster, so there is nothing to evaluate it by. Its Clusters report says how good they are (silhouette); to hold them against a column, count both in an SQL stage.',
    hint: { port: 'model' },
  })
}

/** A model of anomalies is held against a column that calls rows as it does. */
export function requireAnomalyLabels({ recipe, classes, signature: { target } }: ModelValue, truth: ColumnData): void {
  if (recipe?.estimator.kind !== 'isolation-forest') return
  const others = [...new Set(textsOf(truth))].filter((label) => label !== '' && !classes.includes(label)).sort()
  if (others.length === 0) return
  throw new AppError('bad_input', {
    detail: `The model answers "anomaly" or "normal", but the right answers in the column "${target}" are ${listWords(others, 5)}: turn them into these two words in an SQL stage before this one.`,
    hint: { port: 'table', column: target, fix: { label: 'Insert SQL', kind: 'insert-stage', value: 'sql' } },
  })
}
