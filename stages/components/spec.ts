import { z } from 'zod'
import { defineStage } from '../define'

/** Adds an unfitted step to the table's plan that puts a few components in the place of all features before it. */
export const components = defineStage({
  type: 'components',
  version: 2,
  title: 'Components (PCA, SVD)',
  summary: 'Puts a few components in the place of all features before it, and keeps as much of their differences as it can',
  category: 'features',
  icon: 'axis-3d',
  keywords: ['pca', 'principal components', 'svd', 'lsa', 'latent semantic', 'dimensionality reduction', 'reduce', 'embedding'],
  params: z.object({
    components: z.int().min(1).max(1_000).default(50).meta({
      title: 'Components',
      description: 'How many features there are afterwards; at most as many as rows and features before. Found in training rows only.',
      example: '50',
    }),
    centre: z.boolean().default(true).meta({
      title: 'Centre',
      description:
        'On: principal components, for numbers and categories; scale numbers first. Off: a truncated SVD, for words, where most features are 0.',
      example: 'on',
    }),
  }),
  inputs: { table: { kind: 'table', label: 'Table' } },
  outputs: { table: { kind: 'table', label: 'Table with plan' }, report: { kind: 'report', label: 'What it makes', optional: true } },
  describe: ({ components, centre }) => `${components} ${centre ? 'principal components' : 'components of a truncated SVD'}`,
})
