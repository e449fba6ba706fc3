import { z } from 'zod'
import { checkColumns } from '../column-checks'
import { defineStage } from '../define'

/** Adds an unfitted step to the table's plan that splits texts into lists, with a 0/1 feature per entry. */
export const listFeatures = defineStage({
  type: 'list-features',
  version: 1,
  title: 'List features',
  summary: 'Splits lists such as tags at a separator, with a 0/1 feature per entry',
  category: 'features',
  icon: 'list',
  keywords: ['lists', 'tags', 'multi-hot', 'multi-label', 'separator', 'split', 'items', 'basket'],
  params: z.object({
    columns: z
      .array(z.string())
      .default([])
      .meta({
        title: 'Columns',
        description: 'Text columns with several values each, with something between them.',
        example: 'tags',
        control: 'columns',
        types: ['text'],
      }),
    separator: z
      .string()
      .min(1)
      .max(5)
      .default('|')
      .meta({
        title: 'Separator',
        description: 'What stands between entries. Spaces around an entry belong to it: for "a, b" it is a comma and a space.',
        example: '|',
        suggest: ['|', ',', ', ', ';', ' '],
      }),
    minRows: z.int().min(1).max(1_000_000).default(2).meta({
      title: 'Seen in at least',
      description: 'Rarer entries are left out, as are those never seen in training.',
      example: '5',
      unit: 'rows',
    }),
    maxValues: z.int().min(1).max(100_000).default(1_000).meta({
      title: 'Keep at most',
      description: 'The most frequent entries of each column are kept.',
      example: '1000',
      unit: 'entries',
    }),
  }),
  inputs: { table: { kind: 'table', label: 'Table' } },
  outputs: { table: { kind: 'table', label: 'Table with plan' }, report: { kind: 'report', label: 'What it makes', optional: true } },
  describe: ({ columns, separator, maxValues }) =>
    `entries of ${columns.join(', ') || 'no column yet'} between ${JSON.stringify(separator)}, at most ${maxValues.toLocaleString('en')} each`,
  check: ({ columns }, { table }) => checkColumns('columns', columns, table, { what: 'at least one column of lists', types: ['text'] }),
})
