import { z } from 'zod'
import { defineStage } from '../define'

/** One SELECT over the inputs, in DuckDB's dialect, in a sandbox. */
export const sql = defineStage({
  type: 'sql',
  version: 1,
  title: 'SQL',
  summary: 'One SELECT over the inputs: join, group, compute',
  category: 'prepare',
  icon: 'database',
  keywords: ['query', 'join', 'group by', 'select', 'duckdb', 'aggregate', 'rename', 'compute'],
  params: z.object({
    sql: z.string().max(100_000).default('SELECT * FROM a').meta({
      title: 'SQL',
      description: 'The inputs are the tables a, b and c. Names with spaces go into double quotes. DuckDB dialect.',
      example: 'SELECT a.*, b.segment FROM a JOIN b ON a.customer_id = b.id',
      control: 'sql',
    }),
  }),
  inputs: {
    a: { kind: 'table', label: 'a' },
    b: { kind: 'table', label: 'b', optional: true },
    c: { kind: 'table', label: 'c', optional: true },
  },
  outputs: { table: { kind: 'table', label: 'Result' } },
  describe: ({ sql: text }) => {
    const line = text.replace(/\s+/g, ' ').trim()
    return line.length <= 60 ? line || 'no SQL yet' : `${line.slice(0, 59)}…`
  },
  columns: ({ sql: text }, { a }) => ({ table: /^\s*select\s+\*\s+from\s+a\s*;?\s*$/i.test(text) ? a : undefined }),
  check: ({ sql: text }) =>
    /^[\s(]*(--[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)*[\s(]*(select|with|from|values)\b/i.test(text)
      ? []
      : [{ param: 'sql', message: 'Write one SELECT (or WITH … SELECT), for example SELECT * FROM a.' }],
})
