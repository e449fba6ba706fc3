import { emptyPlan } from '#core/ports/plan'
import { reportFigures } from '#core/reports/figures'
import { type SlicesReport, worstSlice } from '#core/reports/slices'
import { formatFigure } from '#core/words/format'
import { type SliceColumn, sliceTable } from '#ml/metrics/slice-table'
import { pause } from '#ml/pipeline/pause'
import { defineRun } from '../define'
import { readAt, readOutcome } from '../read-predictions'
import { requireColumns } from '../require-columns'
import { slicedTypes, slices } from './spec'

export const run = defineRun(slices, async ({ params, inputs: { predictions }, ctx }) => {
  requireColumns(predictions, 'columns', params.columns, { what: 'at least one column to cut the rows by', types: slicedTypes })
  const { rows, outcome } = await readOutcome(predictions, 'predictions', ctx)
  const columns: SliceColumn[] = []
  for (const [done, name] of params.columns.entries()) {
    await pause(ctx.signal)
    columns.push({ name, values: await readAt(predictions, name, rows, ctx) })
    ctx.progress(done + 1, params.columns.length, `Reading "${name}"`)
  }
  const report = sliceTable(columns, outcome, params.minRows)
  for (const name of params.columns) sayScattered(name, report, ctx.log)
  const worst = worstSlice(report)
  if (worst) ctx.figure({ value: formatFigure(worst.value), label: `${worst.column} ${worst.name}`.slice(0, 40) })
  const { slices: all } = report
  const table = await ctx.tables.write([
    { column: { name: 'column', type: 'text' }, values: all.map(({ column }) => column) },
    { column: { name: 'slice', type: 'text' }, values: all.map(({ name }) => name) },
    { column: { name: 'rows', type: 'integer' }, values: all.map((slice) => slice.rows) },
    { column: { name: 'value', type: 'number' }, values: all.map(({ value }) => value) },
    { column: { name: 'low', type: 'number' }, values: all.map(({ interval }) => interval?.low ?? null) },
    { column: { name: 'high', type: 'number' }, values: all.map(({ interval }) => interval?.high ?? null) },
    { column: { name: 'gap', type: 'number' }, values: all.map(({ gap }) => gap) },
    { column: { name: 'adjusted_p', type: 'number' }, values: all.map(({ adjustedP }) => adjustedP) },
  ])
  return {
    report: await ctx.report('Slices', report, reportFigures(report)),
    slices: { kind: 'table', ...table, plan: emptyPlan },
  }
})

/** Free text and identifiers cut rows into slices that say nothing. */
function sayScattered(name: string, report: SlicesReport, log: (level: 'warn', text: string) => void): void {
  const rest = report.slices.find((slice) => slice.column === name && slice.kind === 'other')
  if (rest && rest.rows > report.rows / 2)
    log('warn', `Most rows have a rare value of "${name}" (${rest.name}), so its slices say little. Choose a column with fewer values.`)
}
