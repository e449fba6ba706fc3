import { z } from 'zod'
import { defineStage } from '../define'

/** Measures a model on rows that it has not seen. */
export const evaluate = defineStage({
  type: 'evaluate',
  version: 2,
  title: 'Evaluate',
  summary: 'Measures a model on rows it has not seen',
  category: 'validate',
  icon: 'target',
  keywords: [
    'accuracy',
    'r2',
    'mae',
    'rmse',
    'residuals',
    'precision',
    'recall',
    'f1',
    'roc',
    'auc',
    'confusion matrix',
    'calibration',
    'threshold',
    'cost',
    'lift',
    'gain',
    'errors',
    'baseline',
    'test',
    'score',
  ],
  params: z.object({
    show: z.string().default('').meta({
      title: 'Text shown with mistakes',
      description: 'The column that helps you to see why a row was misjudged; the first text input of the model when empty.',
      example: 'subject',
      control: 'column',
      of: 'table',
      advanced: true,
    }),
  }),
  inputs: { model: { kind: 'model', label: 'Model' }, table: { kind: 'table', label: 'Rows with answers' } },
  outputs: { report: { kind: 'report', label: 'Evaluation' }, predictions: { kind: 'table', label: 'Predictions' } },
  describe: () => 'accuracy, F1, ROC-AUC, calibration, mistakes; of numbers R2, errors, residuals',
  columns: (_, { table }) => ({
    predictions: table && [
      ...table,
      { name: 'predicted', type: 'text' },
      { name: 'confidence', type: 'number' },
      { name: 'correct', type: 'boolean' },
    ],
  }),
  check: ({ show }, { table }) =>
    show !== '' && table && !table.some((c) => c.name === show) ? [{ param: 'show', message: `There is no column "${show}".` }] : [],
})
