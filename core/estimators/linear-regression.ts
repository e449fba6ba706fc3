import { z } from 'zod'
import { defineEstimator } from './define'
import { l1Share } from './shared-params'

export const linearRegression = defineEstimator({
  kind: 'linear-regression',
  task: 'regression',
  name: 'linear regression',
  params: z.object({
    penalty: z.enum(['ridge', 'lasso', 'elastic-net']).default('ridge').meta({
      title: 'Penalty',
      description: 'Ridge keeps all weights small; lasso makes most of them 0, so it chooses features; elastic net does some of both.',
      example: 'ridge',
    }),
    alpha: z.number().min(0).max(1e6).default(1).meta({
      title: 'Alpha',
      description:
        'How much large weights cost: larger stays simpler. Ridge counts it against the sum of squared errors, the others against half their mean.',
      example: '1',
    }),
    l1Share,
    maxEpochs: z.int().min(1).max(10_000).default(1_000).meta({
      title: 'At most',
      description: 'Passes over the training rows; it stops earlier once the solution is found.',
      example: '1000',
      unit: 'passes',
      advanced: true,
    }),
  }),
})
