import { z } from 'zod'
import { defineEstimator } from './define'
import { balanced } from './shared-params'

export const logisticRegression = defineEstimator({
  kind: 'logistic-regression',
  task: 'classification',
  name: 'logistic regression',
  params: z.object({
    c: z.number().positive().max(1e6).default(10).meta({
      title: 'C',
      description: 'How closely to follow the training rows: larger fits them more, smaller stays simpler.',
      example: '10',
    }),
    balanced,
    maxEpochs: z.int().min(1).max(1_000).default(100).meta({
      title: 'At most',
      description: 'Passes over the training rows; it stops earlier once the solution is found.',
      example: '100',
      unit: 'passes',
      advanced: true,
    }),
  }),
})
