import { z } from 'zod'
import { searchMetrics } from '#core/tune/metric'
import { defineStage } from '../define'

/** Trains the model's recipe on ever more of its own training rows, and says whether more rows would help. */
export const learningCurve = defineStage({
  type: 'learning-curve',
  version: 1,
  title: 'Learning curve',
  summary: 'Says whether more rows would help, and whether the model overfits',
  category: 'validate',
  icon: 'trending-up',
  keywords: ['more data', 'sample size', 'overfitting', 'underfitting', 'bias', 'variance', 'training size'],
  params: z.object({
    shares: z
      .array(z.number().gt(0).max(1))
      .min(2)
      .max(20)
      .refine((shares) => new Set(shares).size === shares.length, 'Each share may be there once only.')
      .default([0.1, 0.2, 0.4, 0.7, 1])
      .meta({
        title: 'Shares of the training rows',
        description: 'At each the model is trained anew; a larger share holds all rows of a smaller one.',
        example: '0.1, 0.2, 0.4, 0.7, 1',
      }),
    folds: z.int().min(2).max(20).default(5).meta({
      title: 'Folds',
      description: 'Each fold is tested once, by models that trained on shares of the others. More folds give narrower bands.',
      example: '5',
      control: 'slider',
    }),
    metric: z
      .string()
      .default('')
      .meta({
        title: 'Metric',
        description: 'What is drawn, before any calibration. Empty: macro F1 for classes, RMSE for numbers.',
        example: 'macro F1',
        suggest: [...searchMetrics.classification, ...searchMetrics.regression, 'recall[spam]'],
      }),
  }),
  inputs: { model: { kind: 'model', label: 'Model' } },
  outputs: { report: { kind: 'report', label: 'Learning curve' } },
  describe: ({ shares, folds, metric }) =>
    `${metric ? `${metric} at ` : ''}${[...shares]
      .sort((a, b) => a - b)
      .map((share) => Number((share * 100).toFixed(1)))
      .join(', ')} % of the rows, ${folds} folds`,
})
