import { AppError } from '#core/errors/app-error'
import type { ModelValue, TableValue } from '#core/ports/kinds'
import { reportFigures } from '#core/reports/figures'
import { numberBaselines } from '#ml/metrics/baselines'
import { regressionReport } from '#ml/metrics/regression-report'
import type { ColumnData, StageContext, StageRun } from '../define'
import type { Answers } from '../predict-rows'
import { readLastValues } from './read-last-values'
import { refuseNoAnswers, sayUncounted } from './read-truth'
import type { evaluate } from './spec'

type NumberAnswers = Extract<Answers, { task: 'regression' }>
type Evaluated = Awaited<ReturnType<StageRun<typeof evaluate>>>

type RegressorArgs = {
  model: ModelValue
  table: TableValue
  truth: ColumnData
  answers: NumberAnswers
  notes: readonly string[]
  /** Name of the time column, or empty. */
  time: string
}

/** R2, errors, residuals and the worst rows of a regressor's answers. `shown`: a text per row, for the worst. */
export async function evaluateRegressor(
  { model, table, truth, answers, notes, time }: RegressorArgs,
  shown: readonly string[],
  ctx: StageContext,
): Promise<Evaluated> {
  const { target } = model.signature
  if (truth.type === 'text') {
    throw new AppError('bad_input', {
      detail: `The model answers numbers, but the right answers in the column "${target}" are text. Cast it in an SQL stage before this one.`,
      hint: { port: 'table', column: target, fix: { label: 'Insert SQL', kind: 'insert-stage', value: 'sql' } },
    })
  }
  const { values } = truth
  const known = Int32Array.from(values.keys()).filter((row) => Number.isFinite(values[row]))
  refuseNoAnswers(known.length, target)
  sayUncounted(values.length - known.length, values.length, target, ctx)
  refuseUnanswered(answers.values, known)
  const right = Float64Array.from(known, (row) => values[row] ?? 0)
  const judged = regressionReport({
    target,
    truth: right,
    predicted: Float32Array.from(known, (row) => answers.values[row] ?? 0),
    interval: answers.residuals,
    texts: (i) => shown[known[i] ?? 0] ?? '',
  })
  const last = answers.trained && (await readLastValues({ model, table, time, known, right, mean: answers.trained.mean }, ctx))
  const report = {
    ...judged,
    ...(answers.trained && { baselines: numberBaselines(answers.trained, right, last ?? undefined) }),
    ...(notes.length > 0 && { notes: [...notes] }),
  }
  // Row numbers of the whole table, so that a row can be found in it.
  const worst = report.worst.map((each) => ({ ...each, row: known[each.row] ?? 0 }))
  const predictions = await ctx.tables.replace(table.artifact, [
    { column: { name: 'predicted', type: 'number' }, values: answers.values },
    { column: { name: 'residual', type: 'number' }, values: values.map((value, row) => value - (answers.values[row] ?? 0)) },
  ])
  ctx.figure(report.r2 === null ? { value: Number(report.mae.toPrecision(4)), label: 'MAE' } : { value: report.r2.toFixed(3), label: 'R2' })
  return {
    report: await ctx.report('Evaluation', { ...report, worst, table: predictions.artifact }, reportFigures(report)),
    predictions: { kind: 'table', ...predictions, plan: table.plan },
  }
}

/** A model that cannot fill a missing number computes with NaN, and that is no answer. */
function refuseUnanswered(values: Float32Array, rows: Int32Array): void {
  const row = rows.find((each) => !Number.isFinite(values[each]))
  if (row === undefined) return
  throw new AppError('bad_input', {
    detail: `The model has no answer to row ${row + 1}: a number that it reads is missing there or too large. Fill it before this stage.`,
    hint: { port: 'table', row: row + 1 },
  })
}
