import { AppError } from '#core/errors/app-error'
import { type Estimator, taskOf } from '#core/estimators/estimators'
import type { CalibrationMethod } from '#core/model/answering'
import type { ModelValue, ReportValue, TableValue } from '#core/ports/kinds'
import { reportFigures } from '#core/reports/figures'
import type { SearchReport } from '#core/reports/search'
import type { Search } from '#core/tune/search'
import type { Params } from '#core/tune/space'
import { bestTrial, meanScore } from '#core/tune/trial'
import { paramImportance } from '#ml/tune/importance'
import type { StageContext } from './define'
import { trainModel } from './train-model'

type Ending = {
  search: Search
  target: string
  calibration: CalibrationMethod
  /** Kind of the estimator; null where the search chooses it. */
  estimator: string | null
  /** The param to change when no setting works. */
  param: string
  /** What is trained for a setting. */
  recipeOf(params: Params): { estimator: Estimator; table: TableValue }
}

/** What the run of every stage that searches does: trains the best setting on all rows, and says what was found. */
export async function endSearch(
  { search: { space, settings }, target, calibration, estimator: kind, param, recipeOf }: Ending,
  ctx: StageContext,
): Promise<{ model: ModelValue; report: ReportValue }> {
  const { direction, metric, seed } = settings
  const trials = await ctx.call.searchTrials()
  const best = bestTrial(trials, direction)
  if (!best) {
    const first = trials.find(({ error }) => error !== null)?.error
    throw new AppError('bad_params', {
      detail: first
        ? `No trial of the search came to a score. The first one said: ${first}`
        : 'No trial of the search was finished in time: allow more minutes.',
      hint: { param: first ? param : 'minutes' },
    })
  }
  const { estimator, table } = recipeOf(best.params)
  // Only classifiers say how sure they are.
  const answering = taskOf(estimator) === 'regression' ? 'none' : calibration
  const { model } = await trainModel({ table, target, estimator, calibration: answering }, ctx)
  const report: SearchReport = {
    report: 'search',
    estimator: kind,
    metric,
    direction,
    asked: settings.trials,
    dimensions: space,
    trials,
    best: best.number,
    importance: space.length > 1 ? await paramImportance(space, trials, { direction, seed, signal: ctx.signal }) : null,
  }
  ctx.figure({ value: Number((meanScore(best) ?? 0).toPrecision(3)), label: `${metric}, best of ${trials.length}` })
  return { model, report: await ctx.report('Search', report, reportFigures(report)) }
}
