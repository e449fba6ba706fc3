import type { Column } from '#core/ports/columns'
import { identifier, literal } from '#core/sql/quote'
import type { Rule } from './spec'

const sqlTypes: Record<Column['type'], string> = {
  text: 'VARCHAR',
  number: 'DOUBLE',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
}

/**
 * An SQL condition that is true for the rows that break the rule; `stageline_row` numbers the rows. Missing values break only
 * `missing`. Of equal values that must be unique, the first may stay.
 */
export function brokenSql(rule: Rule, column: Column): string {
  const name = identifier(column.name)
  const present = column.type === 'text' ? `${name} IS NOT NULL AND ${name} <> ''` : `${name} IS NOT NULL`
  switch (rule.rule) {
    case 'missing':
      return `NOT (${present})`
    case 'type':
      return `${present} AND TRY_CAST(${name} AS ${sqlTypes[rule.type]}) IS NULL`
    case 'range': {
      const value = `TRY_CAST(${name} AS DOUBLE)`
      const tests = [`${value} IS NULL`, rule.min !== null && `${value} < ${rule.min}`, rule.max !== null && `${value} > ${rule.max}`]
      return `${present} AND (${tests.filter(Boolean).join(' OR ')})`
    }
    case 'set':
      return `${present} AND CAST(${name} AS VARCHAR) NOT IN (${rule.values.map(literal).join(', ')})`
    case 'pattern':
      return `${present} AND NOT regexp_full_match(CAST(${name} AS VARCHAR), ${literal(rule.pattern)})`
    case 'unique':
      return `${present} AND row_number() OVER (PARTITION BY ${name} ORDER BY stageline_row) > 1`
    case 'present':
    case 'rows':
      return 'false'
  }
}

/** What the rule demands, in words. */
export function ruleWords(rule: Rule): string {
  const range = [rule.min !== null && `at least ${rule.min}`, rule.max !== null && `at most ${rule.max}`].filter(Boolean).join(' and ')
  switch (rule.rule) {
    case 'present':
      return `there is a column "${rule.column}"`
    case 'type':
      return `${rule.column} can be read as ${rule.type}`
    case 'missing':
      return rule.maxShare === 0
        ? `${rule.column} is never missing`
        : `${rule.column} is missing in at most ${Math.round(rule.maxShare * 10_000) / 100} % of the rows`
    case 'range':
      return `${rule.column} is ${range}`
    case 'set':
      return `${rule.column} is one of ${rule.values.slice(0, 8).join(', ')}${rule.values.length > 8 ? ` and ${rule.values.length - 8} more` : ''}`
    case 'pattern':
      return `${rule.column} matches ${rule.pattern}`
    case 'unique':
      return `${rule.column} has no value twice`
    case 'rows':
      return `there are ${range} rows`
  }
}
