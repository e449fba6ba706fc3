import { z } from 'zod'
import { checkColumns } from '../column-checks'
import { defineStage } from '../define'

/** Keeps one of each set of equal rows. */
export const dedupe = defineStage({
  type: 'dedupe',
  version: 1,
  title: 'Dedupe',
  summary: 'Keeps one of each set of equal rows',
  category: 'prepare',
  icon: 'copy-minus',
  keywords: ['duplicates', 'unique', 'distinct', 'repeat'],
  params: z.object({
    columns: z.array(z.string()).default([]).meta({
      title: 'Equal in',
      description: 'Rows with the same values in these columns are duplicates; none chosen means all columns.',
      example: 'subject, body',
      control: 'columns',
    }),
    keep: z
      .enum(['first', 'last'])
      .default('first')
      .meta({ title: 'Keep', description: 'Which of the equal rows stays.', example: 'first' }),
    normalise: z.boolean().default(true).meta({
      title: 'Ignore case and spaces',
      description: '"Hello  World" and "hello world" are equal.',
      example: 'on',
    }),
  }),
  inputs: { table: { kind: 'table', label: 'Table' } },
  outputs: { table: { kind: 'table', label: 'Without duplicates' } },
  describe: ({ columns, keep }) => `${keep} of the rows equal in ${columns.length === 0 ? 'all columns' : columns.join(', ')}`,
  columns: (_, { table }) => ({ table }),
  check: ({ columns }, { table }) => (columns.length === 0 ? [] : checkColumns('columns', columns, table, { what: 'columns' })),
})
