import { z } from 'zod'
import { defineEstimator } from './define'

export const isolationForest = defineEstimator({
  kind: 'isolation-forest',
  task: 'anomalies',
  name: 'isolation forest',
  readsFewTerms: true,
  params: z.object({
    contamination: z.number().gt(0).max(0.5).default(0.05).meta({
      title: 'Expected share of anomalies',
      description: 'So many of the training rows, the most unusual ones, are called anomalies; it places the threshold.',
      example: '0.05',
    }),
    trees: z.int().min(1).max(1_000).default(100).meta({
      title: 'Trees',
      description: 'More are steadier and slower.',
      example: '100',
    }),
    sample: z.int().min(2).max(100_000).default(256).meta({
      title: 'Rows per tree',
      description: 'Drawn at random for each tree. Few are enough, and keep anomalies from hiding each other.',
      example: '256',
      unit: 'rows',
      advanced: true,
    }),
  }),
})
