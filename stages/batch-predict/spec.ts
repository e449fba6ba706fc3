import { z } from 'zod'
import type { Column } from '#core/ports/columns'
import { checkColumns, withColumns } from '../column-checks'
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
    keep: z.array(z.string()).default([]).meta({
      title: 'Columns to keep',
      description: 'What stands beside the answers; none chosen keeps all.',
      example: 'id',
      control: 'columns',
      of: 'table',
    }),
    version: z.boolean().default(false).meta({
      title: 'Which version answered',
      description: 'Adds the column predicted_by, for example email-triage@3.',
      example: 'off',
      advanced: true,
    }),
  }),
  inputs: { model: { kind: 'model', label: 'Model' }, table: { kind: 'table', label: 'Rows' } },
  outputs: { table: { kind: 'table', label: 'Rows with answers' } },
  describe: ({ probabilities, keep }) =>
    `adds predicted and how sure${probabilities ? ', and every probability' : ''}${keep.length > 0 ? `, to ${keep.join(', ')}` : ''}`,
  check: ({ keep }, { table }) => (keep.length === 0 ? [] : checkColumns('keep', keep, table, { what: 'the columns to keep' })),
  columns: ({ probabilities, keep, version }, { table }, { model }) => {
    if (!table) return { table }
    const kept = keep.length === 0 ? table : keep.flatMap((name) => table.filter((column) => column.name === name))
    const by: Column[] = version ? [{ name: 'predicted_by', type: 'text' }] : []
    if (model === 'regression') return { table: withColumns(kept, [...numberColumns, ...by]) }
    // which classes there are is known after a run
    return { table: model === 'classification' && !probabilities ? withColumns(kept, [...classColumns, ...by]) : undefined }
  },
})

const numberColumns: Column[] = ['predicted', 'predicted_low', 'predicted_high'].map((name) => ({ name, type: 'number' }))
const classColumns: Column[] = [
  { name: 'predicted', type: 'text' },
  { name: 'confidence', type: 'number' },
]
