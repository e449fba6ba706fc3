import { z } from 'zod'
import { defineStage } from '../define'

/** Trains the model's recipe again on folds of its own training table and measures each on the fold left out. */
export const crossValidate = defineStage({
  type: 'cross-validate',
  version: 3,
  title: 'Cross-validate',
  summary: 'Trains again on folds of the training rows and says how much the figures vary',
  category: 'validate',
  icon: 'repeat',
  keywords: ['k-fold', 'folds', 'variance', 'stability'],
  params: z.object({
    folds: z.int().min(2).max(20).default(5).meta({
      title: 'Folds',
      description: 'Each fold is left out once while the others train.',
      example: '5',
      control: 'slider',
    }),
  }),
  inputs: { model: { kind: 'model', label: 'Model' } },
  outputs: { report: { kind: 'report', label: 'Cross-validation' } },
  describe: ({ folds }) => `${folds} folds, shuffled`,
})
