import { AppError } from '#core/errors/app-error'
import { reportFigures } from '#core/reports/figures'
import { type Answered, compareModels } from '#ml/metrics/compare-models'
import { defineRun } from '../define'
import { type Predictions, readPredictions } from '../read-predictions'
import { compare, comparedPorts } from './spec'

export const run = defineRun(compare, async ({ params, inputs, ctx }) => {
  const read: { port: string; name: string; predictions: Predictions }[] = []
  for (const port of comparedPorts) {
    const table = inputs[port]
    if (!table) continue
    const name = params[port]
    if (read.some((other) => other.name === name)) {
      throw new AppError('bad_params', { detail: `Two models are called "${name}"; give each a name of its own.`, hint: { param: port } })
    }
    read.push({ port, name, predictions: await readPredictions(table, port, params.target, ctx) })
  }
  const [first, ...others] = read
  if (!first) throw new AppError('bad_input', { detail: 'Connect the predictions of at least two models.', hint: { port: 'first' } })
  for (const { port, name, predictions } of others) requireSameRows(first, { port, name, predictions }, params.target)
  const report = await compareModels({
    ...answersOf(first.predictions, read),
    target: params.target,
    seed: ctx.seed,
    signal: ctx.signal,
    onShare: (share) => ctx.progress(Math.round(share * 100), 100, 'Drawing rows again'),
  })
  for (const { sentence } of report.pairs) ctx.log('info', sentence)
  const winners = [...new Set(report.pairs.map(({ winner }) => winner))].filter((winner) => winner !== null)
  ctx.figure({
    value: winners.length === 1 ? (winners[0] ?? '') : winners.length === 0 ? 'none' : winners.length,
    label: winners.length > 1 ? 'are better than another' : 'is better',
  })
  return { report: await ctx.report('Comparison', report, reportFigures(report)) }
})

type Named = { port: string; name: string; predictions: Predictions }

function answersOf(first: Predictions, all: readonly Named[]): Answered {
  if (first.task === 'classification') {
    const models = all.flatMap(({ name, predictions: one }) => (one.task === 'classification' ? [{ name, predicted: one.predicted }] : []))
    return { task: first.task, truth: first.truth, models }
  }
  const models = all.flatMap(({ name, predictions: one }) => (one.task === 'regression' ? [{ name, predicted: one.predicted }] : []))
  return { task: first.task, truth: first.truth, models }
}

/** A comparison in pairs needs the same rows in the same order; the right answers show whether they are. */
function requireSameRows(first: Named, other: Named, target: string): void {
  const [a, b] = [first.predictions, other.predictions]
  const hint = { port: other.port }
  if (a.task !== b.task) {
    throw new AppError('bad_input', {
      detail: `"${first.name}" and "${other.name}" do not answer alike: one answers classes, the other numbers.`,
      hint,
    })
  }
  if (a.rows.length !== b.rows.length) {
    throw new AppError('bad_input', {
      detail: `"${first.name}" was judged on ${a.rows.length} rows and "${other.name}" on ${b.rows.length}: evaluate both on the same table.`,
      hint,
    })
  }
  const at = a.rows.findIndex((row, i) => row !== b.rows[i] || a.truth[i] !== b.truth[i])
  if (at < 0) return
  const row = (a.rows[at] ?? 0) + 1
  throw new AppError('bad_input', {
    detail: `Row ${row} has another right answer in "${target}" for "${other.name}" than for "${first.name}", so these are not the same rows in the same order: evaluate both on the same table.`,
    hint: { ...hint, column: target, row },
  })
}
