import { z } from 'zod'
import { defineStage } from '../define'

/** Fetches a file from the web at each run; unchanged bytes leave what follows cached. */
export const url = defineStage({
  type: 'url',
  version: 1,
  title: 'URL',
  summary: 'Downloads a CSV, TSV, JSON or Parquet file from the web',
  category: 'collect',
  icon: 'globe',
  keywords: ['http', 'https', 'download', 'web', 'api', 'link'],
  params: z.object({
    url: z.string().max(4000).default('').meta({
      title: 'Address',
      description: 'Starts with https:// or http://. Fetched again at each run.',
      example: 'https://data.example.org/customers.csv',
    }),
    secret: z.string().max(120).default('').meta({
      title: 'Secret for the Authorization header',
      description: 'Name of a secret under Settings; its value is sent as the Authorization header. Empty sends none.',
      example: 'CRM_TOKEN',
      advanced: true,
    }),
    maxMb: z.int().min(1).max(4096).default(2048).meta({
      title: 'Largest size',
      description: 'A longer answer is refused.',
      example: '500',
      unit: 'MB',
      advanced: true,
    }),
    timeoutSeconds: z.int().min(1).max(3600).default(300).meta({
      title: 'Longest wait',
      description: 'The download is given up after this time.',
      example: '60',
      unit: 's',
      advanced: true,
    }),
  }),
  inputs: {},
  outputs: { table: { kind: 'table', label: 'Table' }, report: { kind: 'report', label: 'Load report' } },
  volatile: 'always',
  describe: ({ url: address }) => (URL.canParse(address) ? new URL(address).host + new URL(address).pathname : 'no address yet'),
  columns: () => ({ table: undefined }),
  check: ({ url: address }) => {
    if (address === '') return [{ param: 'url', message: 'Enter the address of a file.' }]
    if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
      return [{ param: 'url', message: 'This is no web address; it must start with https:// or http://.' }]
    }
    return []
  },
})
