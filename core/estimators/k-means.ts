import { z } from 'zod'
import { defineEstimator } from './define'

export const kMeans = defineEstimator({
  kind: 'k-means',
  task: 'clustering',
  name: 'k-means',
  params: z.object({
    clusters: z.int().min(2).max(200).default(8).meta({
      title: 'Clusters',
      description: 'How many groups the rows are parted into. Compare the silhouette of several counts; higher is better.',
      example: '8',
    }),
    restarts: z.int().min(1).max(100).default(10).meta({
      title: 'Starts',
      description: 'Begins so many times from other rows, and keeps the tightest clusters.',
      example: '10',
    }),
    passes: z.int().min(1).max(1_000).default(100).meta({
      title: 'Passes at most',
      description: 'Over all rows, of each start; it ends sooner where nothing moves any more.',
      example: '100',
      advanced: true,
    }),
    batch: z.int().min(10).max(100_000).default(1_000).meta({
      title: 'Rows in a batch',
      description: 'Of tables with more than ten batches, each start first learns from batches drawn at random.',
      example: '1000',
      unit: 'rows',
      advanced: true,
    }),
  }),
})
