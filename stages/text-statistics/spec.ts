import { z } from 'zod'
import { textStatistics as statistics } from '#core/ports/plan'
import { checkColumns } from '../column-checks'
import { defineStage } from '../define'

/** Adds an unfitted step to the table's plan that reads numbers off texts. */
export const textStatistics = defineStage({
  type: 'text-statistics',
  version: 2,
  title: 'Text statistics',
  summary: 'Counts length, words, capitals, digits and marks of texts',
  category: 'features',
  icon: 'case-sensitive',
  keywords: ['length', 'word count', 'capitals', 'shouting', 'punctuation', 'spam'],
  params: z.object({
    columns: z
      .array(z.string())
      .default([])
      .meta({
        title: 'Columns',
        description: 'Text columns. They may be read by Text features as well.',
        example: 'subject, body',
        control: 'columns',
        types: ['text'],
      }),
    statistics: z
      .array(z.enum(statistics))
      .default([...statistics])
      .meta({
        title: 'Statistics',
        description: 'Capitals, digits and punctuation are shares of the characters that are not white space.',
        example: 'words, capitals, exclamations',
      }),
    scale: z.enum(['standard', 'minmax', 'robust', 'quantile', 'log', 'none']).default('standard').meta({
      title: 'Scale',
      description: 'Standard: mean 0, deviation 1. Quantile or log where a few texts are very long. None for trees.',
      example: 'standard',
    }),
  }),
  inputs: { table: { kind: 'table', label: 'Table' } },
  outputs: { table: { kind: 'table', label: 'Table with plan' }, report: { kind: 'report', label: 'What it makes', optional: true } },
  describe: ({ columns, statistics }) =>
    `${statistics.join(', ').replaceAll('-', ' ') || 'nothing yet'} of ${columns.join(', ') || 'no column yet'}`,
  check: ({ columns, statistics }, { table }) => [
    ...checkColumns('columns', columns, table, { what: 'at least one text column', types: ['text'] }),
    ...(statistics.length === 0 ? [{ param: 'statistics', message: 'Choose at least one statistic.' }] : []),
  ],
})
