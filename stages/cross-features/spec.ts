import { z } from 'zod'
import { checkColumns } from '../column-checks'
import { defineStage } from '../define'

/** Adds an unfitted step to the table's plan: each pair of columns as one category more. */
export const crossFeatures = defineStage({
  type: 'cross-features',
  version: 2,
  title: 'Cross features',
  summary: 'Makes one category of each pair of columns',
  category: 'features',
  icon: 'combine',
  keywords: ['interaction', 'pair', 'combine', 'feature cross'],
  params: z.object({
    columns: z
      .array(z.string())
      .default([])
      .meta({
        title: 'Columns',
        description: 'At least two; each pair of them is crossed. "web" and "pro" become the value "web and pro".',
        example: 'channel, plan',
        control: 'columns',
        types: ['text', 'boolean', 'integer'],
      }),
    minRows: z.int().min(1).max(1_000_000).default(5).meta({
      title: 'Seen in at least',
      description: 'Rarer pairs of values share one feature, as do pairs never seen in training.',
      example: '5',
      unit: 'rows',
    }),
    maxValues: z.int().min(1).max(100_000).default(1_000).meta({
      title: 'Keep at most',
      description: 'The most frequent pairs of values of each pair of columns are kept.',
      example: '1000',
      unit: 'pairs',
    }),
    encoding: z.enum(['one-hot', 'codes', 'ordinal', 'target']).default('one-hot').meta({
      title: 'As',
      description:
        'One-hot: one feature per pair. Codes: for trees. Ordinal: the rank by frequency. Target: the mean of the target, learned from other rows.',
      example: 'one-hot',
    }),
    smoothing: z
      .number()
      .min(0)
      .max(1_000_000)
      .default(10)
      .meta({
        title: 'Smoothing',
        description: 'The mean of all rows counts as so many rows of each pair, so that rare pairs say little.',
        example: '10',
        unit: 'rows',
        when: { param: 'encoding', is: ['target'] },
        advanced: true,
      }),
  }),
  inputs: { table: { kind: 'table', label: 'Table' } },
  outputs: { table: { kind: 'table', label: 'Table with plan' }, report: { kind: 'report', label: 'What it makes', optional: true } },
  describe: ({ columns, encoding }) => `pairs of ${columns.join(', ') || 'no columns yet'}, ${encoding}`,
  check: ({ columns }, { table }) => {
    const found = checkColumns('columns', columns, table, { what: 'at least two columns', types: ['text', 'boolean', 'integer'] })
    return columns.length === 1 ? [...found, { param: 'columns', message: 'Choose at least two columns.' }] : found
  },
})
