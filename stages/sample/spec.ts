import { z } from 'zod'
import { checkColumn } from '../column-checks'
import { defineStage } from '../define'

/** Draws some of the rows at random, by the workflow's seed, and keeps their order. */
export const sample = defineStage({
  type: 'sample',
  version: 1,
  title: 'Sample',
  summary: 'Draws some of the rows at random',
  category: 'prepare',
  icon: 'dices',
  keywords: ['random', 'subset', 'downsample', 'limit', 'head'],
  params: z.object({
    by: z
      .enum(['rows', 'share'])
      .default('rows')
      .meta({ title: 'How many', description: 'A number of rows, or a share of them.', example: 'rows' }),
    rows: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .default(1000)
      .meta({
        title: 'Rows',
        description: 'A table with fewer rows stays whole.',
        example: '1000',
        unit: 'rows',
        when: { param: 'by', is: ['rows'] },
      }),
    share: z
      .number()
      .gt(0)
      .max(1)
      .default(0.1)
      .meta({ title: 'Share', description: 'Part of the rows.', example: '0.1', control: 'slider', when: { param: 'by', is: ['share'] } }),
    stratify: z.string().default('').meta({
      title: 'Keep the shares of',
      description: 'Each value of this column keeps its share of the rows; a value never disappears. Empty: purely at random.',
      example: 'label',
      control: 'column',
    }),
  }),
  inputs: { table: { kind: 'table', label: 'Table' } },
  outputs: { table: { kind: 'table', label: 'Sample' } },
  describe: ({ by, rows, share, stratify }) =>
    `${by === 'rows' ? `${rows} rows` : `${Math.round(share * 10_000) / 100} % of the rows`}${stratify && `, by ${stratify}`}`,
  columns: (_, { table }) => ({ table }),
  check: ({ stratify }, { table }) => (stratify === '' ? [] : checkColumn('stratify', stratify, table, { what: 'a column' })),
})
