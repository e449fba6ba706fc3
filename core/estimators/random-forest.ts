import { z } from 'zod'
import { defineEstimator } from './define'
import { balanced } from './shared-params'

/** What forests have for classes and for numbers alike. */
export const forestParams = {
  trees: z.int().min(1).max(2_000).default(100).meta({
    title: 'Trees',
    description: 'Each learns from rows drawn anew; more are steadier and slower, never worse.',
    example: '100',
    control: 'slider',
  }),
  minRows: z.int().min(1).max(1_000_000).default(1).meta({
    title: 'Rows per leaf',
    description: 'No leaf speaks for fewer rows: larger values make smaller, smoother models.',
    example: '5',
    unit: 'rows',
  }),
  maxDepth: z.int().min(1).max(64).default(64).meta({
    title: 'Deepest',
    description: 'At most so many questions from root to leaf.',
    example: '12',
    unit: 'levels',
    advanced: true,
  }),
}

export const featuresPerSplit = z.enum(['square root', 'third', 'all'])

export const randomForest = defineEstimator({
  kind: 'random-forest',
  task: 'classification',
  name: 'random forest',
  params: z.object({
    ...forestParams,
    features: featuresPerSplit.default('square root').meta({
      title: 'Features per split',
      description: 'How many features, drawn by lot, a split chooses from.',
      example: 'square root',
      advanced: true,
    }),
    balanced,
  }),
})

export const extraTrees = defineEstimator({
  kind: 'extra-trees',
  task: 'classification',
  name: 'extra trees',
  params: randomForest.params,
})

export const randomForestRegression = defineEstimator({
  kind: 'random-forest-regression',
  task: 'regression',
  name: 'random forest',
  params: z.object({
    ...forestParams,
    features: featuresPerSplit.default('third').meta({
      title: 'Features per split',
      description: 'How many features, drawn by lot, a split chooses from.',
      example: 'third',
      advanced: true,
    }),
  }),
})
