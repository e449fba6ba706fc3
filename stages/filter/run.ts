import { AppError } from '#core/errors/app-error'
import type { Column } from '#core/ports/columns'
import { identifier } from '#core/sql/quote'
import { defineRun } from '../define'
import { requireColumns } from '../require-columns'
import { type Condition, filter } from './spec'

export const run = defineRun(filter, async ({ params, inputs: { table }, ctx }) => {
  const { by, match, conditions, expression } = params
  const inputs = { t: table.artifact }
  const kept =
    by === 'expression'
      ? await ctx.tables.query(`SELECT * FROM t WHERE (${expression}\n)`, inputs, { sandbox: true }).catch(aboutExpression)
      : await keepMatching()
  ctx.log('info', `${kept.rows} of ${table.rows} rows are kept.`)
  ctx.figure({ value: kept.rows, label: kept.rows === 1 ? 'row kept' : 'rows kept' })
  return { table: { kind: 'table', ...kept, plan: table.plan } }

  async function keepMatching() {
    const values: string[] = []
    const tests = conditions.map((condition, index) => {
      const [column] = requireColumns(table, `conditions.${index}.column`, [condition.column], { what: 'a column' })
      if (!column) throw new AppError('bad_params', { hint: { param: `conditions.${index}.column` } })
      return conditionSql(column, condition, index, values)
    })
    const where = tests.length === 0 ? 'true' : tests.map((test) => `(${test})`).join(match === 'all' ? ' AND ' : ' OR ')
    return ctx.tables.query(`SELECT * FROM t WHERE ${where}`, inputs, { params: values }).catch((cause: unknown) => {
      if (cause instanceof AppError) throw cause
      throw new AppError('bad_params', {
        detail: `The conditions do not work: ${cause instanceof Error ? cause.message.split('\n')[0] : 'unknown reason'}. Look at their values.`,
        hint: { param: 'conditions' },
        cause,
      })
    })
  }
})

/** One condition as SQL; its values are appended to `values` and named by their place. */
function conditionSql(column: Column, { operator, value }: Condition, index: number, values: string[]): string {
  const name = identifier(column.name)
  const text = `CAST(${name} AS VARCHAR)`
  const bind = (raw: string): string => {
    checkValue(column, raw, index)
    values.push(column.type === 'boolean' ? raw.trim().toLowerCase() : raw)
    return `CAST($${values.length} AS ${sqlTypes[column.type]})`
  }
  const bindText = (raw: string): string => {
    values.push(raw)
    return `$${values.length}`
  }
  switch (operator) {
    case 'is':
      return `${name} IS NOT DISTINCT FROM ${bind(value)}`
    case 'is not':
      return `${name} IS DISTINCT FROM ${bind(value)}`
    case '>':
    case '>=':
    case '<':
    case '<=':
      return `${name} ${operator} ${bind(value)}`
    case 'contains':
      return `contains(${text}, ${bindText(value)})`
    case 'does not contain':
      return `NOT coalesce(contains(${text}, ${bindText(value)}), false)`
    case 'starts with':
      return `starts_with(${text}, ${bindText(value)})`
    case 'ends with':
      return `ends_with(${text}, ${bindText(value)})`
    case 'matches':
      return `regexp_matches(${text}, ${bindText(value)})`
    case 'is one of':
      return `${name} IN (${value
        .split(',')
        .map((one) => bind(one.trim()))
        .join(', ')})`
    case 'is missing':
      return column.type === 'text' ? `${name} IS NULL OR ${name} = ''` : `${name} IS NULL`
    case 'is present':
      return column.type === 'text' ? `${name} <> ''` : `${name} IS NOT NULL`
  }
}

const sqlTypes: Record<Column['type'], string> = {
  text: 'VARCHAR',
  number: 'DOUBLE',
  integer: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
}

function checkValue({ name, type }: Column, value: string, index: number): void {
  const param = `conditions.${index}.value`
  const refuse = (what: string) => {
    throw new AppError('bad_params', { detail: `Column "${name}" holds ${what}; "${value}" is none.`, hint: { param, column: name } })
  }
  if ((type === 'number' || type === 'integer') && (value.trim() === '' || !Number.isFinite(Number(value)))) refuse('numbers')
  if (type === 'boolean' && !/^(true|false)$/i.test(value.trim())) refuse('true or false')
  if (type === 'timestamp' && Number.isNaN(Date.parse(value))) refuse('dates')
}

function aboutExpression(error: unknown): never {
  if (!(error instanceof AppError) || error.hint.param !== 'sql') throw error
  throw new AppError(error.code, {
    detail: error.message.replace('The SQL', 'The expression'),
    hint: { ...error.hint, param: 'expression' },
    cause: error,
  })
}
