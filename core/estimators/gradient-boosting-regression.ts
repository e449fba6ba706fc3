import { z } from 'zod'
import { defineEstimator } from './define'
import { boostingParams } from './gradient-boosting'

export const gradientBoostingRegression = defineEstimator({
  kind: 'gradient-boosting-regression',
  task: 'regression',
  name: 'gradient boosting',
  params: z.object({
    loss: z.enum(['squared', 'absolute', 'quantile', 'poisson']).default('squared').meta({
      title: 'Aims at',
      description: 'Squared: the mean. Absolute: the median, unmoved by extremes. Quantile: a stated share lies below. Poisson: counts.',
      example: 'squared',
    }),
    quantile: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.5)
      .meta({
        title: 'Quantile',
        description: 'The share of answers that should lie below the prediction.',
        example: '0.9',
        when: { param: 'loss', is: ['quantile'] },
      }),
    ...boostingParams,
  }),
  readsRaw: true,
})
