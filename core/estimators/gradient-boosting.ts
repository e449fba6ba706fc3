import { z } from 'zod'
import { defineEstimator } from './define'
import { balanced } from './shared-params'

/** What boosting has for classes and for numbers alike. */
export const boostingParams = {
  trees: z.int().min(1).max(5_000).default(100).meta({
    title: 'Trees',
    description: 'At most so many rounds; each adds a tree that mends what those before got wrong.',
    example: '100',
    control: 'slider',
  }),
  learningRate: z.number().positive().max(1).default(0.1).meta({
    title: 'Learning rate',
    description: 'How much of each tree counts: smaller needs more trees and is often better.',
    example: '0.1',
  }),
  leaves: z.int().min(2).max(255).default(31).meta({
    title: 'Leaves per tree',
    description: 'More leaves follow finer detail, and noise.',
    example: '31',
  }),
  earlyStopping: z.boolean().default(true).meta({
    title: 'Stop early',
    description: 'Holds a tenth of the rows back and stops when they are no longer predicted better; from 1,000 rows on.',
    example: 'on',
  }),
  minRows: z.int().min(1).max(1_000_000).default(20).meta({
    title: 'Rows per leaf',
    description: 'No leaf speaks for fewer rows.',
    example: '20',
    unit: 'rows',
    advanced: true,
  }),
  maxDepth: z.int().min(1).max(64).default(64).meta({
    title: 'Deepest',
    description: 'At most so many questions from root to leaf.',
    example: '6',
    unit: 'levels',
    advanced: true,
  }),
  increasing: z
    .array(z.string())
    .default([])
    .meta({
      title: 'Rises with',
      description: 'Number columns with which the answer (of two classes the second) may only rise.',
      example: 'income',
      control: 'columns',
      of: 'train',
      types: ['number', 'integer'],
      advanced: true,
    }),
  decreasing: z
    .array(z.string())
    .default([])
    .meta({
      title: 'Falls with',
      description: 'Number columns with which the answer (of two classes the second) may only fall.',
      example: 'distance',
      control: 'columns',
      of: 'train',
      types: ['number', 'integer'],
      advanced: true,
    }),
  l2: z.number().min(0).max(1e6).default(0).meta({
    title: 'L2',
    description: 'Draws the values of small leaves towards zero.',
    example: '1',
    advanced: true,
  }),
}

export const gradientBoosting = defineEstimator({
  kind: 'gradient-boosting',
  task: 'classification',
  name: 'gradient boosting',
  params: z.object({ ...boostingParams, balanced }),
  readsRaw: true,
})
