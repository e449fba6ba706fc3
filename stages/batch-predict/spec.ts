import { z } from 'zod'
import { withColumns } from '../column-checks'
import { defineStage } from '../define'

/** Answers every row of a table with a model: a class and how sure, or a number and its prediction interval. */
export const batchPredict = defineStage({
  type: 'batch-predict',
  version: 1,
  title: 'Batch predict',
  summary: 'Answers every row of a table with a model',
  category: 'release',
  icon: 'list-checks',
  keywords: ['score', 'inference', 'apply', 'predictions'],
  params: z.object({
    probabilities: z.boolean().default(false).meta({
      title: 'Probability of each class',
      description: 'Adds one column p_<class> per class, at most 100; models that answer a number have none.',
      example: 'off',
    }),
  }),
  inputs: { model: { kind: 'model', label: 'Model' }, table: { kind: 'table', label: 'Rows' } },
  outputs: { table: { kind: 'table', label: 'Rows with answers' } },
  describe: ({ probabilities }) => `adds predicted and how sure${probabilities ? ', and every probability' : ''}`,
  columns: ({ probabilities }, { table }, { model }) => ({
    table:
      table &&
      (model === 'regression'
        ? withColumns(table, [
            { name: 'predicted', type: 'number' },
            { name: 'predicted_low', type: 'number' },
            { name: 'predicted_high', type: 'number' },
          ])
        : // which classes there are is known after a run
          model === 'classification' && !probabilities
          ? withColumns(table, [
              { name: 'predicted', type: 'text' },
              { name: 'confidence', type: 'number' },
            ])
          : undefined),
  }),
})
