import { taskOf } from '#core/estimators/estimators'
import type { ModelValue, Recipe } from '#core/ports/kinds'
import type { TrainColumns } from '#ml/pipeline/data'
import type { FitArgs } from '#ml/pipeline/fit-args'
import type { StageContext } from './define'
import { answersFor } from './training-columns'
import { readPlanVectors } from './word-vectors'

type RecipeArgs = Pick<
  FitArgs,
  'columns' | 'target' | 'targetName' | 'plan' | 'vectors' | 'estimator' | 'calibration' | 'seed' | 'onProgress' | 'signal' | 'threads'
>

/** What a recipe is trained again with: the rows of its table, and its settings. */
export async function readRecipe({ plan, table, target, estimator, calibration, seed }: Recipe, ctx: StageContext): Promise<RecipeArgs> {
  const names = [...new Set(plan.features.flatMap((step) => step.columns))]
  const { [target]: answers, ...columns } = await ctx.tables.read(table, [...names, target])
  return {
    columns,
    target: answers ? answersFor(taskOf(estimator), answers) : [],
    targetName: target,
    plan,
    vectors: await readPlanVectors(plan, ctx),
    estimator,
    calibration,
    seed,
    onProgress: ctx.progress,
    signal: ctx.signal,
    threads: ctx.threads,
  }
}

/** The first text that the model reads, by row, so that people see what a row is about; empty where it reads none. */
export function shownTexts({ signature }: ModelValue, columns: TrainColumns): { texts?: (row: number) => string } {
  const shown = columns[signature.inputs.find(({ type, format }) => type === 'text' && !format)?.name ?? '']
  return shown?.type === 'text' ? { texts: (row) => shown.values[row] ?? '' } : {}
}
