import { z } from 'zod'
import { checkColumns } from '../column-checks'
import { defineStage } from '../define'

/** Adds an unfitted step to the table's plan that turns categories into numbers. */
export const categoryFeatures = defineStage({
  type: 'category-features',
  version: 2,
  title: 'Category features',
  summary: 'Turns values of categories into features',
  category: 'features',
  icon: 'tag',
  keywords: ['one-hot', 'dummy', 'categorical', 'encode', 'ordinal', 'target encoding'],
  params: z.object({
    columns: z
      .array(z.string())
      .default([])
      .meta({
        title: 'Columns',
        description: 'Text or yes-or-no columns with few different values; whole numbers that are codes fit as well.',
        example: 'from_domain, channel',
        control: 'columns',
        types: ['text', 'boolean', 'integer'],
      }),
    minRows: z.int().min(1).max(1_000_000).default(2).meta({
      title: 'Seen in at least',
      description: 'Rarer values share one feature, as do values never seen in training.',
      example: '5',
      unit: 'rows',
    }),
    maxValues: z.int().min(1).max(100_000).default(1_000).meta({
      title: 'Keep at most',
      description: 'The most frequent values of each column are kept.',
      example: '1000',
      unit: 'values',
    }),
    encoding: z.enum(['one-hot', 'codes', 'ordinal', 'target']).default('one-hot').meta({
      title: 'As',
      description:
        'One-hot: one feature per value, for every model. Codes: one feature whose sets of values trees can split. Ordinal: the rank by frequency. Target: the mean of the target per value, learned from other rows, for columns of many values.',
      example: 'one-hot',
    }),
    smoothing: z
      .number()
      .min(0)
      .max(1_000_000)
      .default(10)
      .meta({
        title: 'Smoothing',
        description: 'The mean of all rows counts as so many rows of each value, so that rare values say little.',
        example: '10',
        unit: 'rows',
        when: { param: 'encoding', is: ['target'] },
        advanced: true,
      }),
  }),
  inputs: { table: { kind: 'table', label: 'Table' } },
  outputs: { table: { kind: 'table', label: 'Table with plan' }, report: { kind: 'report', label: 'What it makes', optional: true } },
  describe: ({ columns, maxValues, encoding }) => {
    const what = { 'one-hot': 'values', codes: 'values', ordinal: 'ranks of values', target: 'means of the target by value' }[encoding]
    return `${what} of ${columns.join(', ') || 'no column yet'}, at most ${maxValues.toLocaleString('en')} each`
  },
  check: ({ columns }, { table }) =>
    checkColumns('columns', columns, table, { what: 'at least one category column', types: ['text', 'boolean', 'integer'] }),
})
