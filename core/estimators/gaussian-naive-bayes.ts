import { z } from 'zod'
import { defineEstimator } from './define'

export const gaussianNaiveBayes = defineEstimator({
  kind: 'gaussian-naive-bayes',
  task: 'classification',
  name: 'Gaussian naive Bayes',
  params: z.object({
    varSmoothing: z.number().min(1e-10).max(1).default(1e-9).meta({
      title: 'Smoothing',
      description: 'Added to every variance, as a share of the largest one, so that a column without spread does not decide alone.',
      example: '0.000000001',
    }),
  }),
})
