import { z } from 'zod'
import { checkColumns } from '../column-checks'
import { defineStage } from '../define'

/** Adds an unfitted numeric step to the table's plan: fill missing values, then scale, or cut into ranges. */
export const numberFeatures = defineStage({
  type: 'number-features',
  version: 2,
  title: 'Number features',
  summary: 'Fills missing numbers and brings them to one scale',
  category: 'features',
  icon: 'hash',
  keywords: ['scale', 'standardize', 'impute', 'numeric', 'normalise', 'bin', 'quantile', 'log', 'outlier'],
  params: z.object({
    columns: z
      .array(z.string())
      .default([])
      .meta({
        title: 'Columns',
        description: 'Number columns that the model should read.',
        example: 'hour, amount',
        control: 'columns',
        types: ['number', 'integer'],
      }),
    impute: z.enum(['median', 'mean', 'most-frequent', 'constant', 'zero', 'none']).default('median').meta({
      title: 'A missing value becomes',
      description: 'Learned from the training rows; the median is not moved by extreme values. None: it stays missing, for trees.',
      example: 'median',
    }),
    constant: z
      .number()
      .min(-3e38)
      .max(3e38)
      .default(0)
      .meta({
        title: 'The constant',
        description: 'Stands for every missing value.',
        example: '-1',
        when: { param: 'impute', is: ['constant'] },
      }),
    indicator: z.boolean().default(false).meta({
      title: 'Remember what was missing',
      description: 'Adds a feature that says whether the value was missing.',
      example: 'off',
    }),
    bins: z.enum(['none', 'width', 'quantile']).default('none').meta({
      title: 'Ranges',
      description: 'One yes-or-no feature per range of values: ranges of one width, or with equally many rows (quantile).',
      example: 'quantile',
      advanced: true,
    }),
    binCount: z
      .int()
      .min(2)
      .max(100)
      .default(5)
      .meta({
        title: 'Number of ranges',
        description: 'Fewer come out where many rows have the same value.',
        example: '5',
        when: { param: 'bins', is: ['width', 'quantile'] },
        advanced: true,
      }),
    scale: z
      .enum(['standard', 'minmax', 'robust', 'quantile', 'log', 'none'])
      .default('standard')
      .meta({
        title: 'Scale',
        description:
          'Standard: mean 0, deviation 1. Minmax: 0 to 1. Robust: median 0, middle half 1 wide. Quantile: share of rows below. Log: for amounts of all sizes.',
        example: 'standard',
        when: { param: 'bins', is: ['none'] },
      }),
  }),
  inputs: { table: { kind: 'table', label: 'Table' } },
  outputs: { table: { kind: 'table', label: 'Table with plan' }, report: { kind: 'report', label: 'What it makes', optional: true } },
  describe: ({ columns, impute, constant, scale, bins, binCount }) => {
    const missing = impute === 'none' ? 'missing kept' : `missing to ${impute === 'constant' ? constant : impute.replace('-', ' ')}`
    const shape = bins !== 'none' ? `, ${binCount} ranges` : scale === 'none' ? '' : `, ${scale} scale`
    return `${columns.join(', ') || 'no column yet'}, ${missing}${shape}`
  },
  check: ({ columns }, { table }) =>
    checkColumns('columns', columns, table, { what: 'at least one number column', types: ['number', 'integer'] }),
})
