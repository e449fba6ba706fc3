import { z } from 'zod'
import { defineEstimator } from './define'
import { balanced } from './shared-params'

export const linearSvm = defineEstimator({
  kind: 'linear-svm',
  task: 'classification',
  name: 'linear SVM',
  params: z.object({
    c: z.number().positive().max(1e6).default(1).meta({
      title: 'C',
      description: 'How closely to follow the training rows: larger fits them more, smaller stays simpler.',
      example: '1',
    }),
    balanced,
    maxEpochs: z.int().min(1).max(10_000).default(1_000).meta({
      title: 'At most',
      description: 'Passes over the training rows for each class; it stops earlier once the solution is found.',
      example: '1000',
      unit: 'passes',
      advanced: true,
    }),
  }),
})
