import { z } from 'zod'
import { checkColumn } from '../column-checks'
import { defineStage } from '../define'

export const operators = [
  'is',
  'is not',
  'contains',
  'does not contain',
  'starts with',
  'ends with',
  'matches',
  '>',
  '>=',
  '<',
  '<=',
  'is one of',
  'is missing',
  'is present',
] as const
export type Operator = (typeof operators)[number]

export const conditionSchema = z.object({
  column: z.string().default('').meta({ title: 'Column', description: 'The column to look at.', example: 'country', control: 'column' }),
  operator: z.enum(operators).default('is').meta({ title: 'Operator', description: 'How to compare.', example: 'is' }),
  value: z
    .string()
    .max(10_000)
    .default('')
    .meta({
      title: 'Value',
      description: 'For "is one of": values separated by commas. For "matches": a regular expression.',
      example: 'Belgium',
      when: { param: 'operator', is: operators.filter((operator) => operator !== 'is missing' && operator !== 'is present') },
    }),
})
export type Condition = z.output<typeof conditionSchema>

/** Keeps the rows that fulfil the conditions, in their order. */
export const filter = defineStage({
  type: 'filter',
  version: 1,
  title: 'Filter',
  summary: 'Keeps the rows that fulfil conditions',
  category: 'prepare',
  icon: 'filter',
  keywords: ['where', 'rows', 'condition', 'select', 'remove', 'keep'],
  params: z.object({
    by: z.enum(['conditions', 'expression']).default('conditions').meta({
      title: 'Filter by',
      description: 'Conditions are picked from lists; an expression is SQL, as after WHERE.',
      example: 'conditions',
    }),
    match: z
      .enum(['all', 'any'])
      .default('all')
      .meta({
        title: 'A row must fulfil',
        description: 'All of the conditions, or any of them.',
        example: 'all',
        when: { param: 'by', is: ['conditions'] },
      }),
    conditions: z
      .array(conditionSchema)
      .max(100)
      .default([])
      .meta({
        title: 'Conditions',
        description: 'Text is compared with upper and lower case apart.',
        example: 'country is Belgium',
        control: 'rules',
        when: { param: 'by', is: ['conditions'] },
      }),
    expression: z
      .string()
      .max(10_000)
      .default('')
      .meta({
        title: 'Expression',
        description: 'As after WHERE, in DuckDB SQL. Rows where it is neither true nor false are left out.',
        example: 'length(body) > 20 AND hour BETWEEN 8 AND 18',
        control: 'sql',
        when: { param: 'by', is: ['expression'] },
      }),
  }),
  inputs: { table: { kind: 'table', label: 'Table' } },
  outputs: { table: { kind: 'table', label: 'Kept' } },
  describe: ({ by, match, conditions, expression }) => {
    if (by === 'expression') return expression.trim() || 'no expression yet'
    if (conditions.length === 0) return 'no condition yet: keeps all rows'
    return conditions.map(({ column, operator, value }) => `${column} ${operator} ${value}`.trim()).join(match === 'all' ? ' and ' : ' or ')
  },
  columns: (_, { table }) => ({ table }),
  check: ({ by, conditions, expression }, { table }) => {
    if (by === 'expression') {
      return expression.trim() === '' ? [{ param: 'expression', message: 'Write an expression, for example amount > 100.' }] : []
    }
    return conditions.flatMap(({ column, operator, value }, index) => [
      ...checkColumn(`conditions.${index}.column`, column, table, { what: 'a column' }),
      ...checkValue(`conditions.${index}.value`, operator, value, table?.find((one) => one.name === column)?.type),
    ])
  },
})

function checkValue(param: string, operator: Operator, value: string, type: string | undefined): { param: string; message: string }[] {
  if (operator === 'is missing' || operator === 'is present') return []
  if (operator === 'matches') return value === '' ? [{ param, message: 'Enter a regular expression.' }] : []
  if (type !== 'number' && type !== 'integer') return []
  const texts = operator === 'is one of' ? value.split(',') : [value]
  const wrong = texts.find((text) => text.trim() === '' || !Number.isFinite(Number(text)))
  return wrong === undefined || operator.includes('contain') || operator.includes('with')
    ? []
    : [{ param, message: `The column holds numbers; "${wrong.trim()}" is no number.` }]
}
