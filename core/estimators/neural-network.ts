import { z } from 'zod'
import { defineEstimator } from './define'

export const neuralNetwork = defineEstimator({
  kind: 'neural-network',
  task: 'classification',
  name: 'neural network',
  params: z.object({
    hidden: z.int().min(1).max(512).default(64).meta({
      title: 'Units per layer',
      description: 'More units can learn finer shapes, and need more rows and time.',
      example: '64',
      unit: 'units',
    }),
    layers: z.int().min(1).max(3).default(1).meta({
      title: 'Hidden layers',
      description: 'One is enough for most tables; more combine what the layers before have found.',
      example: '1',
      unit: 'layers',
    }),
    epochs: z.int().min(1).max(1_000).default(100).meta({
      title: 'At most',
      description: 'Passes over the training rows; it stops earlier once rows held back are predicted no better.',
      example: '100',
      unit: 'passes',
    }),
    learningRate: z.number().positive().max(1).default(0.001).meta({
      title: 'Learning rate',
      description: 'Size of the steps: smaller is steadier and slower.',
      example: '0.001',
    }),
    batch: z.int().min(1).max(4_096).default(32).meta({
      title: 'Batch',
      description: 'Rows between two steps.',
      example: '32',
      unit: 'rows',
      advanced: true,
    }),
    l2: z.number().min(0).max(10).default(0.0001).meta({
      title: 'L2 penalty',
      description: 'Keeps weights small: larger stays simpler.',
      example: '0.0001',
      advanced: true,
    }),
  }),
})
