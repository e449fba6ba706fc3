import { z } from 'zod'
import { checkColumns } from '../column-checks'
import { defineStage } from '../define'

/** Columns that can cut rows into slices; a moment in time is hardly ever shared by rows. */
export const slicedTypes = ['text', 'number', 'integer', 'boolean'] as const

/** Measures an evaluated model on parts of the rows, to find where it is worse than the whole says. */
export const slices = defineStage({
  type: 'slices',
  version: 1,
  title: 'Slices',
  summary: 'Finds the parts of the rows on which a model is worse than on the whole',
  category: 'validate',
  icon: 'chart-pie',
  keywords: ['bias', 'segments', 'subgroups', 'cohorts', 'accuracy by', 'error analysis'],
  params: z.object({
    columns: z
      .array(z.string())
      .default([])
      .meta({
        title: 'Columns',
        description: 'Each cuts the rows by its values; numbers in up to five ranges.',
        example: 'region, age',
        control: 'columns',
        of: 'predictions',
        types: [...slicedTypes],
      }),
    minRows: z.int().min(1).max(1_000_000).default(30).meta({
      title: 'Fewest rows',
      description: 'Slices with fewer rows are shown, but do not count as the worst: a gate does not look at them.',
      example: '30',
    }),
  }),
  inputs: { predictions: { kind: 'table', label: 'Predictions' } },
  outputs: { report: { kind: 'report', label: 'Slices' }, slices: { kind: 'table', label: 'One row per slice' } },
  describe: ({ columns }) => (columns.length > 0 ? `quality by ${columns.join(', ')}` : 'no column yet'),
  columns: () => ({
    slices: [
      { name: 'column', type: 'text' },
      { name: 'slice', type: 'text' },
      { name: 'rows', type: 'integer' },
      { name: 'value', type: 'number' },
      { name: 'low', type: 'number' },
      { name: 'high', type: 'number' },
      { name: 'gap', type: 'number' },
      { name: 'adjusted_p', type: 'number' },
    ],
  }),
  check: ({ columns }, { predictions }) =>
    checkColumns('columns', columns, predictions, { what: 'at least one column to cut the rows by', types: slicedTypes }),
})
