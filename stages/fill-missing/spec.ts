import { z } from 'zod'
import { checkColumns } from '../column-checks'
import { defineStage } from '../define'

/** Puts a value where there is none, and the same value into rows that are served later. */
export const fillMissing = defineStage({
  type: 'fill-missing',
  version: 1,
  title: 'Fill missing',
  summary: 'Puts a value where there is none',
  category: 'prepare',
  icon: 'paint-bucket',
  keywords: ['impute', 'null', 'na', 'nan', 'empty', 'default'],
  params: z.object({
    columns: z.array(z.string()).default([]).meta({
      title: 'Columns',
      description: 'Where to fill.',
      example: 'age, city',
      control: 'columns',
    }),
    fill: z.enum(['value', 'most frequent', 'median', 'mean']).default('value').meta({
      title: 'With',
      description: 'Median and mean are for numbers and look at all rows; Number features fills inside training rows only.',
      example: 'value',
    }),
    value: z
      .string()
      .max(1000)
      .default('')
      .meta({ title: 'Value', description: 'Must fit the column type.', example: 'unknown', when: { param: 'fill', is: ['value'] } }),
  }),
  inputs: { table: { kind: 'table', label: 'Table' } },
  outputs: { table: { kind: 'table', label: 'Filled' } },
  describe: ({ columns, fill, value }) =>
    `${columns.join(', ') || 'no column yet'} with ${fill === 'value' ? `"${value}"` : `the ${fill} value`}`,
  columns: (_, { table }) => ({ table }),
  check: ({ columns, fill, value }, { table }) => [
    ...checkColumns('columns', columns, table, {
      what: 'at least one column',
      ...(fill === 'median' || fill === 'mean' ? { types: ['number', 'integer'] as const } : {}),
    }),
    ...columns.flatMap((name) => {
      const type = table?.find((column) => column.name === name)?.type
      const problem = fill === 'value' && type ? valueProblem(type, value) : null
      return problem ? [{ param: 'value', message: `Column "${name}" holds ${problem}; "${value}" is none.` }] : []
    }),
  ],
})

/** What the column holds, when `value` cannot stand in it; null when it can. */
export function valueProblem(type: string, value: string): string | null {
  if (type === 'number' && (value.trim() === '' || !Number.isFinite(Number(value)))) return 'numbers'
  if (type === 'integer' && !/^\s*[+-]?\d{1,15}\s*$/.test(value)) return 'whole numbers'
  if (type === 'boolean' && !/^(true|false)$/i.test(value.trim())) return 'true or false'
  if (type === 'timestamp' && Number.isNaN(Date.parse(value))) return 'dates'
  return null
}
