import type { Task } from '#core/estimators/define'
import type { Direction } from './settings'

/** What trials are compared by where nothing else is chosen. */
export const usualMetric: Record<Task, string> = { classification: 'macro F1', regression: 'RMSE' }

/** Metrics that a search may aim at, as reports name them; a class's own are `recall[spam]` and the like. */
export const searchMetrics: Record<Task, readonly string[]> = {
  classification: ['macro F1', 'accuracy', 'macro precision', 'macro recall', 'log-loss', 'ROC-AUC', 'average precision', 'ECE'],
  regression: ['RMSE', 'MAE', 'R2', 'median absolute error', 'MAPE'],
}

const smallerIsBetter = /^(log-loss|ECE|RMSE|MAE|MAPE|median absolute error|false positive rate\[.*\])$/

/** Whether a metric should be large or small. */
export function directionOf(metric: string): Direction {
  return smallerIsBetter.test(metric) ? 'minimise' : 'maximise'
}
