import { AppError } from '#core/errors/app-error'
import { type Estimator, taskOf } from '#core/estimators/estimators'
import type { TableValue } from '#core/ports/kinds'
import type { TrialTask } from '#core/tune/search'
import type { SearchSettings } from '#core/tune/settings'
import { textsOf } from '#ml/features/raw-columns'
import { type ScoreFoldsArgs, scoreFolds } from '#ml/tune/score-folds'
import type { StageContext } from './define'
import { readTrainingColumns } from './training-columns'
import { readPlanVectors } from './word-vectors'

type Setting = { table: TableValue; target: string; estimator: Estimator; settings: SearchSettings; trial: TrialTask }

/** What the trial of every stage that searches does: trains and tests one setting on the folds of the search, and tells each score. */
export async function scoreSetting({ table, target, estimator, settings, trial }: Setting, ctx: StageContext): Promise<void> {
  const { columns, answers } = await readTrainingColumns(table, target, taskOf(estimator), ctx)
  await scoreFolds({
    columns,
    target: answers,
    targetName: target,
    plan: table.plan,
    vectors: await readPlanVectors(table.plan, ctx),
    estimator,
    seed: ctx.seed,
    settings,
    share: trial.share,
    rows: await readFoldColumn(table, settings, ctx),
    known: trial.scores,
    tell: (fold, folds, score) => ctx.call.trialScore({ fold, folds, score }),
    onProgress: ctx.progress,
    signal: ctx.signal,
  })
}

async function readFoldColumn(
  table: TableValue,
  { strategy, foldColumn }: SearchSettings,
  ctx: StageContext,
): Promise<NonNullable<ScoreFoldsArgs['rows']>> {
  if (strategy !== 'grouped' && strategy !== 'time') return {}
  const hint = { param: 'foldColumn', column: foldColumn }
  if (!table.columns.some(({ name }) => name === foldColumn)) {
    throw new AppError('bad_params', { detail: `There is no column "${foldColumn}" to make folds by: choose another one.`, hint })
  }
  const { [foldColumn]: column } = await ctx.tables.read(table.artifact, [foldColumn])
  if (!column) return {}
  if (strategy === 'grouped') return { groups: textsOf(column) }
  if (column.type === 'number') return { times: column.values }
  throw new AppError('bad_params', { detail: `Column "${foldColumn}" is text, not a time: choose a timestamp or a number.`, hint })
}
