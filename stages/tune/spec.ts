import { z } from 'zod'
import { estimators, labelledKinds } from '#core/estimators/estimators'
import { directionOf, usualMetric } from '#core/tune/metric'
import { searchSettingsSchema } from '#core/tune/settings'
import { dimensionSchema } from '#core/tune/space'
import { defineStage } from '../define'
import { checkSearch } from '../search-checks'
import { anyTarget, endParams, metricParam, minutesParam, searchPorts, trialParams } from '../search-params'
import { checkSpace } from './check-space'
import { searchOf } from './search-of'

const { method, trials, gridPoints, resource, keepOneIn, smallestShare, startup } = searchSettingsSchema.shape
const methodNames = { grid: 'grid', random: 'random search', halving: 'halving', tpe: 'TPE' } as const

/** Tries settings of an estimator on folds of the table, each as durable work of its own, and trains the best on all rows. */
export const tune = defineStage({
  type: 'tune',
  version: 2,
  title: 'Tune',
  summary: 'Tries many settings of one estimator on folds, and trains the best on all rows',
  category: 'learn',
  icon: 'sliders-horizontal',
  keywords: ['search', 'hyperparameters', 'optimise', 'optuna', 'grid', 'random', 'tpe', 'hyperband', 'halving', 'trials'],
  params: z.object({
    target: anyTarget,
    estimator: z.enum(labelledKinds).default('logistic-regression').meta({
      title: 'Estimator',
      description: 'What is trained with each setting.',
      example: 'logistic-regression',
    }),
    space: z
      .array(dimensionSchema)
      .max(50)
      .refine((space) => new Set(space.map(({ path }) => path)).size === space.length, 'Each param may vary by one dimension only.')
      .default([])
      .meta({
        title: 'What varies',
        description: 'Params and the values to try; with one value a param is fixed. Empty: the usual ranges of the estimator.',
        example: 'C from 0.01 to 1000',
        control: 'space',
      }),
    method,
    gridPoints,
    resource,
    keepOneIn,
    smallestShare,
    startup,
    trials,
    ...minutesParam,
    ...metricParam,
    ...trialParams,
    ...endParams,
  }),
  ...searchPorts,
  // With a time limit the result hangs on how fast the trials were: running again goes on with the search.
  volatileFor: ({ minutes }) => minutes !== null,
  timeoutSeconds: 4 * 3600,
  search: { of: searchOf, budget: ['trials', ...Object.keys(minutesParam), ...Object.keys(endParams)] },
  describe: ({ target, estimator, trials, method, metric }) => {
    const aim = metric || usualMetric[estimators[estimator].task]
    const what = `${target || 'no target yet'}: ${estimators[estimator].name}`
    return `${what}, ${trials} ${trials === 1 ? 'trial' : 'trials'} by ${methodNames[method]}, ${directionOf(aim) === 'maximise' ? 'highest' : 'lowest'} ${aim}`
  },
  check: (params, inputs) => [...checkSearch(params, estimators[params.estimator], inputs), ...checkSpace(params.space, params.estimator)],
})
