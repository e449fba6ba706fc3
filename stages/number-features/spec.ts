import { z } from 'zod'
import { checkColumns } from '../column-checks'
import { defineStage } from '../define'

/** Adds an unfitted numeric step to the table's plan: fill missing values, then scale. */
export const numberFeatures = defineStage({
  type: 'number-features',
  version: 1,
  title: 'Number features',
  summary: 'Fills missing numbers and brings them to one scale',
  category: 'features',
  icon: 'hash',
  keywords: ['scale', 'standardize', 'impute', 'numeric', 'normalise'],
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
    impute: z.enum(['median', 'mean', 'zero', 'none']).default('median').meta({
      title: 'A missing value becomes',
      description: 'Learned from the training rows; the median is not moved by extreme values. None: it stays missing, for trees.',
      example: 'median',
    }),
    indicator: z.boolean().default(false).meta({
      title: 'Remember what was missing',
      description: 'Adds a feature that says whether the value was missing.',
      example: 'off',
    }),
    scale: z.enum(['standard', 'minmax', 'none']).default('standard').meta({
      title: 'Scale',
      description: 'Standard: mean 0, deviation 1. Minmax: 0 to 1.',
      example: 'standard',
    }),
  }),
  inputs: { table: { kind: 'table', label: 'Table' } },
  outputs: { table: { kind: 'table', label: 'Table with plan' } },
  describe: ({ columns, impute, scale }) =>
    `${columns.join(', ') || 'no column yet'}, ${impute === 'none' ? 'missing kept' : `missing to ${impute}`}${scale === 'none' ? '' : `, ${scale} scale`}`,
  check: ({ columns }, { table }) =>
    checkColumns('columns', columns, table, { what: 'at least one number column', types: ['number', 'integer'] }),
})
