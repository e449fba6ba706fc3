import { z } from 'zod'
import { dateParts } from '#core/ports/plan'
import { checkColumns } from '../column-checks'
import { defineStage } from '../define'

/** Adds an unfitted date step to the table's plan: what a model can read off a moment. */
export const dateFeatures = defineStage({
  type: 'date-features',
  version: 2,
  title: 'Date features',
  summary: 'Reads year, month, weekday, hour and age off dates',
  category: 'features',
  icon: 'calendar-days',
  keywords: ['timestamp', 'time', 'weekday', 'seasonal', 'cyclic', 'age', 'recency'],
  params: z.object({
    columns: z
      .array(z.string())
      .default([])
      .meta({
        title: 'Columns',
        description: 'Timestamps, or texts such as 2026-01-31 or 2026-01-31T18:00:00+01:00. All are read in UTC.',
        example: 'created_at',
        control: 'columns',
        types: ['timestamp', 'text'],
      }),
    parts: z
      .array(z.enum(dateParts))
      .default(['month', 'weekday', 'hour'])
      .meta({ title: 'Parts', description: 'Each becomes a feature. Of weekdays Monday is 1.', example: 'month, weekday' }),
    cyclic: z.boolean().default(true).meta({
      title: 'In a cycle',
      description: 'Each part but the year becomes a sine and a cosine, so that December is beside January. Off for trees.',
      example: 'on',
    }),
    age: z.enum(['none', 'latest', 'moment']).default('none').meta({
      title: 'Age in days',
      description: 'Days until the latest date of the training rows, or until a moment that you state.',
      example: 'latest',
    }),
    ageTo: z
      .string()
      .default('')
      .meta({
        title: 'Until',
        description: 'The moment that ages are counted to; the same for every row, now and later.',
        example: '2026-01-31',
        when: { param: 'age', is: ['moment'] },
      }),
    impute: z.enum(['mean', 'none']).default('mean').meta({
      title: 'A missing date becomes',
      description: 'The mean of each part over the training rows. None: it stays missing, for trees.',
      example: 'mean',
      advanced: true,
    }),
    indicator: z.boolean().default(false).meta({
      title: 'Remember what was missing',
      description: 'Adds a feature that says whether the date was missing.',
      example: 'off',
      advanced: true,
    }),
    scale: z.enum(['standard', 'none']).default('standard').meta({
      title: 'Scale',
      description: 'Standard: mean 0, deviation 1. None for trees, which then split at real years and hours.',
      example: 'standard',
      advanced: true,
    }),
  }),
  inputs: { table: { kind: 'table', label: 'Table' } },
  outputs: { table: { kind: 'table', label: 'Table with plan' }, report: { kind: 'report', label: 'What it makes', optional: true } },
  describe: ({ columns, parts, cyclic, age, ageTo }) => {
    const until = { none: [], latest: ['age in days'], moment: [`days until ${ageTo || '…'}`] }[age]
    return `${[...parts, ...until].join(', ') || 'nothing yet'} of ${columns.join(', ') || 'no column yet'}${cyclic && parts.length > 0 ? ', in cycles' : ''}`
  },
  check: ({ columns, parts, age, ageTo }, { table }) => [
    ...checkColumns('columns', columns, table, { what: 'at least one date column', types: ['timestamp', 'text'] }),
    ...(parts.length === 0 && age === 'none' ? [{ param: 'parts', message: 'Choose at least one part, or the age.' }] : []),
    ...(age === 'moment' && ageTo === '' ? [{ param: 'ageTo', message: 'State the moment that ages are counted to.' }] : []),
  ],
})
