import { z } from 'zod'
import { defineEstimator } from './define'
import { balanced, l1Share } from './shared-params'

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
    penalty: z.enum(['l2', 'l1', 'elastic-net']).default('l2').meta({
      title: 'Penalty',
      description: 'L2 keeps all weights small; L1 makes most of them 0, so it chooses features; elastic net does some of both.',
      example: 'l2',
    }),
    l1Share,
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
