import { AppError } from '#core/errors/app-error'
import type { EstimatorParams } from '#core/estimators/estimators'
import type { InteractionSettings } from '#core/model/interactions'
import type { ModelValue, TableValue } from '#core/ports/kinds'
import type { RecommendationReport } from '#core/reports/recommendation'
import { timesOf } from '#ml/features/moments'
import { textsOf } from '#ml/features/raw-columns'
import type { TrainColumn } from '#ml/pipeline/data'
import type { InteractionRows } from '#ml/recommend/check-interactions'
import { type FittedRecommendation, fitRecommendation, historiesOf, historyColumn } from '#ml/recommend/fit-recommendation'
import { collectInteractions, type Interactions } from '#ml/recommend/interactions'
import { recommendationReport } from '#ml/recommend/recommendation-report'
import { listWords } from './column-checks'
import type { StageContext } from './define'
import { fitProgress, writeModel } from './write-model'

type TrainRecommenderArgs = {
  table: TableValue
  /** The column with the item. */
  target: string
  estimator: EstimatorParams<'recommender'>
  interactions: InteractionSettings
  separator: string
  /** Length of the lists that are measured; the model file does not hang on it. */
  k?: number
}

export type TrainedRecommender = {
  model: ModelValue
  report: RecommendationReport
  interactions: Interactions
  fitted: FittedRecommendation
}

const usualLength = 10

/**
 * Learns from a table of interactions, measures the recommender on what it held out, writes it as one .onnx file and holds
 * that against the trained model in both runtimes. The same table, settings and seed give the same bytes, whatever `k`.
 */
export async function trainRecommender(
  { table, target, estimator, interactions: settings, separator, k = usualLength }: TrainRecommenderArgs,
  ctx: StageContext,
): Promise<TrainedRecommender> {
  const rows = await readInteractions(table, { ...settings, item: target }, ctx)
  const { interactions, notes } = await collectInteractions(rows, settings, ctx.signal)
  const args = {
    interactions,
    itemName: target,
    separator,
    estimator,
    settings,
    k,
    seed: ctx.seed,
    signal: ctx.signal,
    onProgress: fitProgress(ctx),
  }
  const fitted = await fitRecommendation(args)
  const { pipeline } = fitted
  notes.push(...pipeline.training.notes)
  for (const note of notes) ctx.log('info', note)
  const report = await recommendationReport(fitted, args, notes)

  const histories = historiesOf(interactions, interactions.x, separator)
  const columns = { [historyColumn]: { type: 'text' as const, values: histories, missing: new Uint8Array(histories.length) } }
  const { file, parity } = await writeModel(pipeline, columns, ctx)
  ctx.progress(100, 100)
  return {
    interactions,
    fitted,
    report: { ...report, parity },
    model: {
      kind: 'model',
      ...file,
      classes: pipeline.classes,
      signature: pipeline.signature,
      recipe: {
        estimator: pipeline.estimator,
        plan: pipeline.plan,
        target,
        table: table.artifact,
        seed: ctx.seed,
        calibration: 'temperature',
        interactions: settings,
      },
      rows: interactions.x.rows,
      terms: interactions.x.terms,
      registered: null,
    },
  }
}

type Columns = { user: string; item: string; weight: string; time: string }

async function readInteractions(table: TableValue, { user, item, weight, time }: Columns, ctx: StageContext): Promise<InteractionRows> {
  const names: Columns = { user, item, weight, time }
  const there = table.columns.map(({ name }) => name)
  for (const param of ['user', 'item', 'weight', 'time'] as const) {
    const name = names[param]
    if (name === '' ? param === 'weight' || param === 'time' : there.includes(name)) continue
    throw new AppError('bad_params', {
      detail:
        name === ''
          ? `Choose the column with the ${param}.`
          : `There is no column "${name}" with the ${param}; there are ${listWords(there)}.`,
      hint: { param, ...(name === '' ? {} : { column: name }) },
    })
  }
  if (user === item) {
    throw new AppError('bad_params', {
      detail: `The column "${item}" cannot be both the user and the item: choose another one.`,
      hint: { param: 'item', column: item },
    })
  }
  const columns = await ctx.tables.read(
    table.artifact,
    [user, item, weight, time].filter((name) => name !== ''),
  )
  const of = (name: string): TrainColumn => columns[name] ?? { type: 'text', values: [], missing: new Uint8Array(0) }
  return {
    names,
    users: textsOf(of(user)),
    items: textsOf(of(item)),
    weights: weight === '' ? null : weightsOf(of(weight), weight),
    times: time === '' ? null : requireTimes(of(time), time),
  }
}

function weightsOf(column: TrainColumn, name: string): Float64Array {
  if (column.type === 'number') return column.values
  throw new AppError('bad_params', {
    detail: `The column "${name}" holds text, and weights are numbers. Cast it in an SQL stage before this one, or choose another column.`,
    hint: { param: 'weight', column: name, fix: { label: 'Insert SQL', kind: 'insert-stage', value: 'sql' } },
  })
}

function requireTimes(column: TrainColumn, name: string): Float64Array {
  const times = timesOf(column)
  if (times.some((time) => !Number.isNaN(time)) || times.length === 0) return times
  throw new AppError('bad_params', {
    detail: `The column "${name}" holds no time that can be read: dates are written as 2026-01-31 or 2026-01-31T18:00:00Z. Choose another column, or none to hold out items at random.`,
    hint: { param: 'time', column: name },
  })
}
