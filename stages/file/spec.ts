import { z } from 'zod'
import { defineStage } from '../define'

/** One version of an uploaded data set, or its newest one. */
export const dataSetRefSchema = z.object({ dataSet: z.string().min(1), version: z.int().positive().optional() })

/** Puts an uploaded data set on the line. */
export const file = defineStage({
  type: 'file',
  version: 1,
  title: 'File',
  summary: 'Reads an uploaded file: CSV, TSV, JSON lines or Parquet',
  category: 'collect',
  icon: 'file-text',
  keywords: ['csv', 'tsv', 'json', 'parquet', 'upload', 'data set', 'excel', 'import'],
  params: z.object({
    data: dataSetRefSchema.nullable().default(null).meta({
      title: 'Data set',
      description: 'Pick an uploaded data set, or drop a file here. Without a version, each run takes the newest.',
      example: 'customers.csv, version 2',
      control: 'data-set',
    }),
  }),
  inputs: {},
  outputs: { table: { kind: 'table', label: 'Table' } },
  volatileFor: ({ data }) => data !== null && data.version === undefined,
  describe: ({ data }) => {
    if (data === null) return 'no data set yet'
    return data.version === undefined ? 'the newest version of a data set' : `version ${data.version} of a data set`
  },
  columns: () => ({ table: undefined }),
  check: ({ data }) => (data === null ? [{ param: 'data', message: 'Choose a data set, or drop a file onto the canvas.' }] : []),
})
