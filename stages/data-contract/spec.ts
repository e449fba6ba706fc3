import { z } from 'zod'
import { columnTypes } from '#core/ports/columns'
import { checkColumn } from '../column-checks'
import { defineStage } from '../define'

export const ruleKinds = ['present', 'type', 'missing', 'range', 'set', 'pattern', 'unique', 'rows'] as const

export const ruleSchema = z.object({
  rule: z.enum(ruleKinds).default('present').meta({
    title: 'Rule',
    description:
      'present: the column is there. type: its values can be read as that type. missing: share without a value. range, set, pattern: of the values. unique: no value twice. rows: number of rows.',
    example: 'range',
  }),
  column: z
    .string()
    .default('')
    .meta({
      title: 'Column',
      description: 'The column that the rule is about.',
      example: 'age',
      control: 'column',
      when: { param: 'rule', is: ruleKinds.filter((kind) => kind !== 'rows') },
    }),
  type: z
    .enum(columnTypes)
    .default('text')
    .meta({ title: 'Type', description: 'What the values must be readable as.', example: 'number', when: { param: 'rule', is: ['type'] } }),
  maxShare: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .meta({
      title: 'Missing at most, share',
      description: '0 allows no missing value, 0.05 allows 5 %.',
      example: '0.05',
      control: 'slider',
      when: { param: 'rule', is: ['missing'] },
    }),
  min: z
    .number()
    .nullable()
    .default(null)
    .meta({ title: 'At least', description: 'Empty: no lower limit.', example: '0', when: { param: 'rule', is: ['range', 'rows'] } }),
  max: z
    .number()
    .nullable()
    .default(null)
    .meta({ title: 'At most', description: 'Empty: no upper limit.', example: '120', when: { param: 'rule', is: ['range', 'rows'] } }),
  values: z
    .array(z.string())
    .max(10_000)
    .default([])
    .meta({
      title: 'Allowed values',
      description: 'Anything else breaks the rule.',
      example: 'ham, spam',
      when: { param: 'rule', is: ['set'] },
    }),
  pattern: z
    .string()
    .max(2000)
    .default('')
    .meta({
      title: 'Pattern',
      description: 'Regular expression that the whole value must match.',
      example: '[A-Z]{2}\\d{6}',
      when: { param: 'rule', is: ['pattern'] },
    }),
  level: z.enum(['fail', 'warn', 'quarantine']).default('fail').meta({
    title: 'When broken',
    description: 'fail stops the run, warn only reports, quarantine moves the rows to the second output.',
    example: 'quarantine',
  }),
})
export type Rule = z.output<typeof ruleSchema>

/** Holds a table to what was agreed about it. */
export const dataContract = defineStage({
  type: 'data-contract',
  version: 1,
  title: 'Data contract',
  summary: 'Checks columns, types, ranges and more; fails, warns or sets rows aside',
  category: 'prepare',
  icon: 'clipboard-check',
  keywords: ['validate', 'schema', 'expectations', 'quality', 'check', 'quarantine', 'rules'],
  params: z.object({
    rules: z.array(ruleSchema).max(500).default([]).meta({
      title: 'Rules',
      description: 'Missing values break only the rules present and missing.',
      example: 'age in range 0 to 120',
      control: 'rules',
    }),
  }),
  inputs: { table: { kind: 'table', label: 'Table' } },
  outputs: {
    table: { kind: 'table', label: 'Good rows' },
    quarantine: { kind: 'table', label: 'Quarantine' },
    report: { kind: 'report', label: 'Contract report' },
  },
  describe: ({ rules }) => (rules.length === 0 ? 'no rule yet' : `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}`),
  columns: (_, { table }) => ({ table, quarantine: table }),
  check: ({ rules }, { table }) =>
    rules.flatMap((rule, index) => [
      ...(rule.rule === 'rows' || rule.rule === 'present'
        ? rule.rule === 'present' && rule.column === ''
          ? [{ param: `rules.${index}.column`, message: 'Name the column that must be there.' }]
          : []
        : checkColumn(`rules.${index}.column`, rule.column, table, {
            what: 'the column of the rule',
            ...(rule.rule === 'range' && { types: ['number', 'integer', 'text'] as const }),
          })),
      ...ruleProblems(rule).map(({ param, message }) => ({ param: `rules.${index}.${param}`, message })),
    ]),
})

function ruleProblems(rule: Rule): { param: string; message: string }[] {
  if ((rule.rule === 'rows' || rule.rule === 'present') && rule.level === 'quarantine') {
    return [{ param: 'level', message: 'This rule is about the whole table, so no row can be set aside; choose fail or warn.' }]
  }
  if ((rule.rule === 'range' || rule.rule === 'rows') && rule.min === null && rule.max === null) {
    return [{ param: 'min', message: 'Give a lower limit, an upper limit, or both.' }]
  }
  if (rule.min !== null && rule.max !== null && rule.min > rule.max && (rule.rule === 'range' || rule.rule === 'rows')) {
    return [{ param: 'max', message: `The upper limit ${rule.max} is below the lower limit ${rule.min}.` }]
  }
  if (rule.rule === 'set' && rule.values.length === 0) return [{ param: 'values', message: 'List the allowed values.' }]
  if (rule.rule === 'pattern') {
    if (rule.pattern === '') return [{ param: 'pattern', message: 'Enter a regular expression.' }]
    if (!isRegex(rule.pattern))
      return [{ param: 'pattern', message: 'This is no regular expression; look for a bracket without its partner.' }]
  }
  return []
}

function isRegex(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u')
    return true
  } catch {
    return false
  }
}
