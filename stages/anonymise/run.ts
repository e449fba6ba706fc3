import { AppError } from '#core/errors/app-error'
import type { AnonymiseReport } from '#core/reports/report'
import { applyTextStep } from '../apply-text-step'
import { defineRun } from '../define'
import { requireColumns } from '../require-columns'
import { anonymise } from './spec'

export const run = defineRun(anonymise, async ({ params, inputs: { table }, ctx }) => {
  const { columns, pii, mode, secret } = params
  requireColumns(table, 'columns', columns, { what: 'at least one text column', types: ['text'] })
  if (mode === 'hash' && secret === '') {
    throw new AppError('bad_params', { detail: 'A hash needs a key: name a secret from Settings, Secrets.', hint: { param: 'secret' } })
  }
  const keys = mode === 'hash' ? { [secret]: await ctx.secret(secret) } : {}
  const counts = new Map<string, AnonymiseReport['found'][number]>()
  const changed = new Set<number>()
  const anonymised = await applyTextStep(
    ctx,
    table,
    { kind: 'anonymise', columns, pii, mode, secret: mode === 'hash' ? secret : null },
    keys,
    (column, row, before, { spans }) => {
      for (const { kind, start, end } of spans) {
        changed.add(row)
        const entry = counts.get(`${column} ${kind}`) ?? { pii: kind, column, count: 0, example: shape(before.slice(start, end)) }
        entry.count += 1
        counts.set(`${column} ${kind}`, entry)
      }
    },
  )
  const found = [...counts.values()].sort((a, b) => b.count - a.count || a.column.localeCompare(b.column) || a.pii.localeCompare(b.pii))
  const spans = found.reduce((sum, { count }) => sum + count, 0)
  ctx.figure({ value: spans, label: spans === 1 ? 'span replaced' : 'spans replaced' })
  const report = await ctx.report('Personal data', { report: 'anonymise', rows: table.rows, changedRows: changed.size, found }, [
    { name: 'spans', value: spans },
    { name: 'changed rows', value: changed.size },
  ])
  return { table: anonymised, report }
})

/** What the found value looks like, without saying it: letters and digits are masked. */
function shape(value: string): string {
  return value.replace(/\p{L}/gu, 'x').replace(/\p{N}/gu, '0').slice(0, 40)
}
