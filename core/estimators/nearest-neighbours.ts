import { z } from 'zod'
import { defineEstimator } from './define'

export const nearestNeighbours = defineEstimator({
  kind: 'nearest-neighbours',
  task: 'classification',
  name: 'nearest neighbours',
  params: z.object({
    k: z.int().min(1).max(1_000).default(5).meta({
      title: 'Neighbours',
      description: 'How many of the most similar training rows vote. More are smoother, fewer follow details.',
      example: '5',
      unit: 'rows',
    }),
    weighting: z.enum(['uniform', 'distance']).default('uniform').meta({
      title: 'Votes',
      description: 'Uniform counts each neighbour alike; distance lets nearer ones count for more.',
      example: 'uniform',
    }),
    metric: z.enum(['euclidean', 'cosine']).default('euclidean').meta({
      title: 'Distance',
      description: 'Euclidean suits scaled numbers; cosine ignores length, which suits counts of words.',
      example: 'euclidean',
    }),
  }),
})
