import { z } from 'zod'
import type { Task } from '#core/estimators/define'
import type { Column } from '#core/ports/columns'
import { withColumns } from '../column-checks'
import { defineStage } from '../define'

/** What Evaluate writes beside each row. */
const addedColumns: Record<Task, readonly Column[]> = {
  classification: [
    { name: 'predicted', type: 'text' },
    { name: 'confidence', type: 'number' },
    { name: 'correct', type: 'boolean' },
  ],
  regression: [
    { name: 'predicted', type: 'number' },
    { name: 'residual', type: 'number' },
  ],
}

/** Measures a model on rows that it has not seen. */
export const evaluate = defineStage({
  type: 'evaluate',
  version: 3,
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
    time: z.string().default('').meta({
      title: 'Time column',
      description:
        'Of regressors: the figures then stand beside those of answering the last value before each row. Empty: the first column of the date features, if there are any.',
      example: 'day',
      control: 'column',
      of: 'table',
      advanced: true,
    }),
  }),
  inputs: { model: { kind: 'model', label: 'Model' }, table: { kind: 'table', label: 'Rows with answers' } },
  outputs: { report: { kind: 'report', label: 'Evaluation' }, predictions: { kind: 'table', label: 'Predictions' } },
  describe: () => 'accuracy, F1, ROC-AUC, calibration, mistakes; of numbers R2, errors, residuals',
  columns: (_, { table }, { model }) => ({
    predictions: table && model && withColumns(table, addedColumns[model]),
  }),
  check: (params, { table }) =>
    (['show', 'time'] as const).flatMap((param) =>
      params[param] !== '' && table && !table.some((c) => c.name === params[param])
        ? [{ param, message: `There is no column "${params[param]}".` }]
        : [],
    ),
})
