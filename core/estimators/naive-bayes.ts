import { z } from 'zod'
import { defineEstimator } from './define'

export const naiveBayes = defineEstimator({
  kind: 'naive-bayes',
  task: 'classification',
  name: 'naive Bayes',
  params: z.object({
    variant: z.enum(['multinomial', 'complement']).default('complement').meta({
      title: 'Variant',
      description: 'Complement is better when classes differ much in size.',
      example: 'complement',
    }),
    alpha: z.number().positive().max(1_000).default(0.3).meta({
      title: 'Smoothing',
      description: 'Added to every count, so that a term never seen in a class does not rule the class out.',
      example: '0.3',
    }),
  }),
})
