import { AppError } from '#core/errors/app-error'
import { type Estimator, learnsFromAnswers, taskOf } from '#core/estimators/estimators'
import type { CalibrationMethod, ThresholdChoice } from '#core/model/answering'
import type { ModelValue, ReportValue, TableValue } from '#core/ports/kinds'
import { reportFigures } from '#core/reports/figures'
import type { TrainingReport } from '#core/reports/report'
import type { TrainColumns } from '#ml/pipeline/data'
import { fitPipeline } from '#ml/pipeline/fit'
import type { FitArgs } from '#ml/pipeline/fit-args'
import type { FittedPipeline } from '#ml/pipeline/fitted-pipeline'
import { writeLearnedState } from '#ml/state/learned-state'
import type { StageContext } from './define'
import { readFeatureColumns, readTrainingColumns } from './training-columns'
import { readPlanVectors } from './word-vectors'
import { fitProgress, writeModel } from './write-model'

type TrainModelArgs = {
  table: TableValue
  /** Of clusters and anomalies: what they are called. */
  target: string
  /** Where the plan names no features: columns that are none. */
  leaveOut?: readonly string[]
  estimator: Estimator
  /** As FitArgs says. */
  calibration: CalibrationMethod
  threshold?: ThresholdChoice | undefined
}

/**
 * What every Learn stage does: fit the table's plan and the estimator, write both as one .onnx file, and hold that file
 * against the trained model in both runtimes. The same table, settings and seed give the same bytes.
 */
export async function trainModel(args: TrainModelArgs, ctx: StageContext): Promise<{ model: ModelValue; report: ReportValue }> {
  const { model, training } = await trainPipeline(args, fitPipeline, ctx)
  ctx.figure(headline(training))
  return { model, report: await ctx.report('Training', training, reportFigures(training)) }
}

/** The same without figure and report, for a stage that makes its own of what `learn` gives. */
export async function trainPipeline<P extends FittedPipeline>(
  { table, target, leaveOut, estimator, calibration, threshold }: TrainModelArgs,
  learn: (args: FitArgs) => Promise<P>,
  ctx: StageContext,
): Promise<{ model: ModelValue; training: TrainingReport; pipeline: P; columns: TrainColumns }> {
  const { columns, answers } = learnsFromAnswers(estimator.kind)
    ? await readTrainingColumns(table, target, taskOf(estimator), ctx)
    : { columns: await readFeatureColumns(table, [target, ...(leaveOut ?? [])], ctx), answers: [] }
  const pipeline = await learn({
    columns,
    target: answers,
    targetName: target,
    plan: table.plan,
    vectors: await readPlanVectors(table.plan, ctx),
    estimator,
    calibration,
    threshold,
    seed: ctx.seed,
    onProgress: fitProgress(ctx),
    signal: ctx.signal,
    threads: ctx.threads,
  }).catch(sayWhere)
  for (const note of pipeline.training.notes) ctx.log('info', note)
  for (const warning of pipeline.training.warnings ?? []) ctx.log('warn', warning)

  const { file, parity } = await writeModel(pipeline, columns, ctx)
  const learned = writeLearnedState(pipeline)
  const state = learned && (await ctx.artifacts.write(learned))
  if (!learned)
    ctx.log('warn', 'What the model learned takes more than 200 MB and was not kept, so its answers cannot be explained row by row.')
  ctx.progress(100, 100)

  const training: TrainingReport = { ...pipeline.training, parity }
  return {
    pipeline,
    columns,
    training,
    model: {
      kind: 'model',
      ...file,
      classes: pipeline.task === 'classification' ? pipeline.classes : [],
      signature: pipeline.signature,
      recipe: {
        estimator,
        plan: pipeline.plan,
        target,
        table: table.artifact,
        seed: ctx.seed,
        calibration,
        ...(threshold && { threshold }),
      },
      rows: training.rows,
      terms: training.terms,
      ...(state && { state }),
      registered: null,
    },
  }
}

/** What the node shows: how good a regressor is, how far the loss of a classifier fell. */
function headline({ outOfFold, loss, terms }: TrainingReport): { value: number | string; label: string } {
  if (outOfFold) return { value: outOfFold.r2.toFixed(3), label: 'R2 out of fold' }
  const last = loss.at(-1)
  return last ? { value: Number(last.loss.toFixed(3)), label: 'loss' } : { value: terms, label: 'terms' }
}

/** Features are chosen in other stages, so a message about their columns names the stage kind to go to. */
function sayWhere(error: unknown): never {
  if (error instanceof AppError && (error.hint.param === 'columns' || error.hint.param === 'minRows')) {
    const { param: _, ...hint } = error.hint
    throw new AppError(error.code, {
      detail: `${error.message} Change it in the feature stage that reads it.`,
      hint: { ...hint, port: 'train' },
      cause: error,
    })
  }
  throw error
}
