import { AppError } from '#core/errors/app-error'
import type { FairnessReport } from '#core/reports/fairness'
import { reportFigures } from '#core/reports/figures'
import { fairness as judge } from '#ml/metrics/fairness'
import { sliceRows } from '#ml/metrics/slice-rows'
import { pause } from '#ml/pipeline/pause'
import { listWords } from '../column-checks'
import { defineRun } from '../define'
import { readAt, readPredictions } from '../read-predictions'
import { requireColumns } from '../require-columns'
import { fairness } from './spec'

export const run = defineRun(fairness, async ({ params: { target, selects, group }, inputs: { predictions: table }, ctx }) => {
  await pause(ctx.signal)
  requireColumns(table, 'group', group === '' ? [] : [group], { what: 'the group column' })
  const predictions = await readPredictions(table, 'predictions', target, ctx)
  if (predictions.task === 'regression') {
    throw new AppError('bad_input', {
      detail: `The model answers numbers in "${target}", but only a class can be given to people or not. Cast both into classes in an SQL stage before this one, or use Slices to compare errors.`,
      hint: { port: 'predictions', column: target },
    })
  }
  const { truth, predicted, rows } = predictions
  requireClass(selects, truth, predicted)
  const groups = new Array<string>(rows.length).fill('')
  for (const slice of sliceRows(await readAt(table, group, rows, ctx))) for (const row of slice.rows) groups[row] = slice.name
  const report = judge({
    column: group,
    groups,
    selects,
    isPositive: Uint8Array.from(truth, (label) => (label === selects ? 1 : 0)),
    isSelected: Uint8Array.from(predicted, (label) => (label === selects ? 1 : 0)),
  })
  ctx.log(report.fourFifths === 'fails' ? 'warn' : 'info', sentence(report))
  ctx.figure({ value: report.selection?.ratio?.toFixed(2) ?? '–', label: 'selection ratio' })
  return { report: await ctx.report('Fairness', report, reportFigures(report)) }
})

function requireClass(selects: string, truth: readonly string[], predicted: readonly string[]): void {
  const classes = [...new Set([...truth, ...predicted])].sort()
  if (classes.includes(selects)) return
  throw new AppError('bad_params', {
    detail: `${selects === '' ? 'Name the class that matters' : `No row is of the class "${selects}" or called so`}; the classes are ${listWords(classes)}.`,
    hint: { param: 'selects' },
  })
}

function sentence({ fourFifths, selection, selects }: FairnessReport): string {
  switch (fourFifths) {
    case 'not-enough-rows':
      return 'Fewer than two groups have the 30 rows that a comparison needs.'
    case 'nobody-selected':
      return `No row of any group is called "${selects}".`
    case 'holds':
    case 'fails':
      return `${selection?.lowest} is called "${selects}" ${selection?.ratio?.toFixed(2)} times as often as ${selection?.highest}: the four-fifths rule ${fourFifths}.`
  }
}
