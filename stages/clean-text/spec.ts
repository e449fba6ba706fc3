import { z } from 'zod'
import { checkColumns } from '../column-checks'
import { defineStage } from '../define'

/** Tidies text columns, and does the same to rows that are served later. */
export const cleanText = defineStage({
  type: 'clean-text',
  version: 1,
  title: 'Clean text',
  summary: 'Strips tags and links, tidies spaces',
  category: 'prepare',
  icon: 'eraser',
  keywords: ['html', 'strip', 'whitespace', 'normalise', 'lowercase', 'truncate'],
  params: z.object({
    columns: z
      .array(z.string())
      .default([])
      .meta({ title: 'Columns', description: 'Text columns to tidy.', example: 'subject, body', control: 'columns', types: ['text'] }),
    stripHtml: z.boolean().default(true).meta({ title: 'Strip tags', description: '<b>Hi</b> &amp; bye becomes Hi & bye.', example: 'on' }),
    stripUrls: z.boolean().default(false).meta({ title: 'Strip links', description: 'Web addresses go.', example: 'off' }),
    lowercase: z.boolean().default(false).meta({
      title: 'Lower case',
      description: 'Text features can do this too; here it also changes what people see.',
      example: 'off',
    }),
    collapseSpace: z.boolean().default(true).meta({
      title: 'Tidy spaces',
      description: 'Runs of white space become one space; control characters go.',
      example: 'on',
    }),
    limit: z
      .boolean()
      .default(false)
      .meta({ title: 'Cut long texts', description: 'Keeps the beginning.', example: 'off', advanced: true }),
    maxChars: z
      .int()
      .min(1)
      .max(10_000_000)
      .default(20_000)
      .meta({
        title: 'Keep at most',
        description: 'Counted from the start, after the other steps.',
        example: '20000',
        unit: 'characters',
        advanced: true,
        when: { param: 'limit', is: [true] },
      }),
  }),
  inputs: { table: { kind: 'table', label: 'Table' } },
  outputs: { table: { kind: 'table', label: 'Cleaned' } },
  describe: ({ columns, stripHtml, stripUrls, lowercase, collapseSpace, limit, maxChars }) => {
    const does = [
      stripHtml && 'tags off',
      stripUrls && 'links off',
      lowercase && 'lower case',
      collapseSpace && 'spaces tidied',
      limit && `at most ${maxChars} characters`,
    ].filter(Boolean)
    return `${columns.join(', ') || 'no column yet'}: ${does.join(', ') || 'nothing to do'}`
  },
  columns: (_, { table }) => ({ table }),
  check: ({ columns }, { table }) => checkColumns('columns', columns, table, { what: 'at least one text column', types: ['text'] }),
})
