import { z } from 'zod'
import { estimators, labelledKinds } from '#core/estimators/estimators'
import { usualMetric } from '#core/tune/metric'
import { portfolioOf } from '#core/tune/portfolio'
import { defineStage } from '../define'
import { checkSearch } from '../search-checks'
import { anyTarget, endParams, metricParam, minutesParam, searchPorts, trialParams } from '../search-params'
import { searchOf } from './search-of'

/** Tries a portfolio of estimators on folds of the table, each as durable work of its own, and trains the best on all rows. */
export const automl = defineStage({
  type: 'automl',
  version: 2,
  title: 'AutoML',
  summary: 'Tries many kinds of estimators on folds, and trains the best on all rows; says how each did',
  category: 'learn',
  icon: 'trophy',
  keywords: ['auto', 'leaderboard', 'portfolio', 'search', 'best model', 'compare estimators', 'h2o', 'autogluon'],
  params: z.object({
    target: anyTarget,
    task: z.enum(['classification', 'regression']).default('classification').meta({
      title: 'Answers are',
      description: 'Classification: one of several classes. Regression: a number.',
      example: 'classification',
    }),
    estimators: z.array(z.enum(labelledKinds)).default([]).meta({
      title: 'Estimators',
      description: 'Only these are tried. None chosen: all that suit the task.',
      example: 'gradient-boosting',
    }),
    ...minutesParam,
    ...metricParam,
    ...trialParams,
    ...endParams,
  }),
  ...searchPorts,
  // As of the Tune stage.
  volatileFor: ({ minutes }) => minutes !== null,
  timeoutSeconds: 4 * 3600,
  search: { of: searchOf, budget: [...Object.keys(minutesParam), ...Object.keys(endParams)] },
  describe: ({ target, task, estimators: chosen, metric }) =>
    `${target || 'no target yet'}: the best of ${portfolioOf(task, chosen).length} by ${metric || usualMetric[task]}`,
  check: (params, inputs) => {
    const { task, estimators: chosen } = params
    const stray = chosen.find((kind) => estimators[kind].task !== task)
    return [
      ...checkSearch(params, { task, name: task }, inputs),
      ...(stray === undefined
        ? []
        : [
            {
              param: 'estimators',
              message: `${estimators[stray].name} (${stray}) does not do ${task}: leave it out, or change what the answers are.`,
            },
          ]),
    ]
  },
})
