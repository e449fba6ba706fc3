import { z } from 'zod'
import { searchMetrics } from '#core/tune/metric'
import { searchSettingsSchema } from '#core/tune/settings'
import { answerParams } from './learn-params'

/** What stages that search have beside the estimators that they search. */

const { minutes, strategy, folds, repeats, foldColumn, stopBadTrials, parallel, seed } = searchSettingsSchema.shape

/** How long a search goes. Trials that are done count whatever this is, so a search of more minutes goes on from them. */
export const minutesParam = { minutes }

/** Which way of a metric is better follows from its name: one thing less to get wrong. */
export const metricParam = {
  metric: z
    .string()
    .default('')
    .meta({
      title: 'Metric',
      description: 'What the trials are compared by. Empty: macro F1 for classes, RMSE for numbers.',
      example: 'macro F1',
      suggest: [...searchMetrics.classification, ...searchMetrics.regression, 'recall[spam]'],
    }),
}

/** How each trial is tested, and how many are at work. */
export const trialParams = { strategy, folds, repeats, foldColumn, stopBadTrials, parallel, seed }

/** Of the model that is trained at the end. No trial hangs on it. */
export const endParams = { calibration: answerParams.calibration }

/** The target of a classifier or a regressor. */
export const anyTarget = z
  .string()
  .default('')
  .meta({
    title: 'Target column',
    description: 'The column with the right answer: a class for classifiers, a number for regressors.',
    example: 'label',
    control: 'column',
    of: 'train',
    types: ['text', 'boolean', 'integer', 'number'],
  })

export const searchPorts = {
  inputs: { train: { kind: 'table', label: 'Train' } },
  outputs: { model: { kind: 'model', label: 'Model' }, report: { kind: 'report', label: 'Search' } },
} as const
