import type { EstimatorParams } from '#core/estimators/estimators'
import type { InteractionSettings } from '#core/model/interactions'
import type { ClassReference, Signature } from '#core/model/signature'
import { countEntries, cutAtDeciles } from '#core/monitor/bins'
import type { ListStep } from '#core/ports/plan'
import type { SparseRows } from '#ml/features/sparse-rows'
import { confidenceReference } from '#ml/pipeline/confidence-reference'
import type { FittedClassifier } from '#ml/pipeline/fitted-pipeline'
import { fitRecommender, popularityModel } from './fit-recommender'
import { type HeldOut, holdOut } from './hold-out'
import { checkSeparator, type Interactions } from './interactions'
import { type MeasuredRecommender, measureRecommender } from './measure-recommender'
import { usersPerItem } from './popularity'

/** The only input of a recommender: the items that a user has. */
export const historyColumn = 'history'

export type FitRecommendationArgs = {
  interactions: Interactions
  /** Of the item column, for messages and the signature. */
  itemName: string
  separator: string
  estimator: EstimatorParams<'recommender'>
  settings: InteractionSettings
  /** Length of the lists that are measured; the model does not hang on it. */
  k: number
  seed: number
  signal?: AbortSignal | undefined
  onProgress?(done: number, total: number, doing: string): void
}

export type FittedRecommendation = {
  pipeline: FittedClassifier
  held: HeldOut
  /** Measured without what was held out: the algorithm, and popularity. */
  measured: MeasuredRecommender
  popularity: MeasuredRecommender
}

/** Shares of the progress bar. */
const shares = { measuredFit: 45, measuring: 55, fit: 100 }

/**
 * Trains a recommender as a classifier whose classes are the items and whose input is the list of items that a user has: once
 * without the held-out items, which measures it and gives its temperature, and then on all. The same interactions, settings
 * and seed give the same bytes, whatever `k`. Throws AppError that names the param or the column.
 */
export async function fitRecommendation(args: FitRecommendationArgs): Promise<FittedRecommendation> {
  const { interactions, itemName, separator, estimator, settings, k, seed, signal } = args
  const report = (share: number, doing: string) => args.onProgress?.(Math.round(share), 100, doing)
  const { x, items } = interactions
  checkSeparator(items, separator, itemName)
  const held = holdOut(interactions, { ...settings, seed })

  const learn = (rows: SparseRows, from: number, to: number, doing: string) =>
    fitRecommender(estimator, { x: rows, weights: null }, { seed, signal, onShare: (share) => report(from + share * (to - from), doing) })
  const trial = await learn(held.train, 0, shares.measuredFit, 'Training without what is held out')
  report(shares.measuredFit, 'Measuring')
  const measured = await measureRecommender(trial.state, held, k, signal)
  const popular = popularityModel(usersPerItem({ x: held.train, weights: null }))
  const popularity = await measureRecommender(popular, held, k, signal)
  const fit = await learn(x, shares.measuring, shares.fit, 'Training on all interactions')

  const pipeline: FittedClassifier = {
    task: 'classification',
    classes: items,
    signature: signatureOf(interactions, itemName, separator),
    plan: { prepare: [], features: [stepOf(settings, separator)] },
    estimator: { kind: 'recommender', ...estimator },
    features: {
      blocks: [{ kind: 'list', name: historyColumn, separator, values: items, offset: 0, terms: items.length }],
      kept: null,
      terms: items.length,
    },
    model: fit.state,
    background: nothing,
    calibration: { method: 'temperature', temperature: measured.temperature },
    threshold: null,
    training: {
      report: 'training',
      rows: x.rows,
      terms: items.length,
      classes: [],
      loss: fit.loss,
      calibration: 'temperature',
      temperature: measured.temperature,
      eceBefore: null,
      eceAfter: null,
      strongest: [],
      notes: fit.notes,
    },
    reference: referenceOf(interactions, separator, measured),
  }
  return { pipeline, held, measured, popularity }
}

/** The items of each user, joined: what the model reads. */
export function historiesOf({ items }: Pick<Interactions, 'items'>, x: SparseRows, separator: string): string[] {
  return Array.from({ length: x.rows }, (_, user) =>
    Array.from(x.ids.subarray(x.ptr[user], x.ptr[user + 1]), (item) => items[item] ?? '').join(separator),
  )
}

/** A recommender is not explained row by row. */
const nothing: FittedClassifier['background'] = {
  means: new Float32Array(0),
  spreads: new Float32Array(0),
  steady: new Int32Array(0),
  typical: {},
  sample: {
    rows: new Int32Array(0),
    answers: new Int32Array(0),
    x: { ptr: Int32Array.of(0), ids: new Int32Array(0), values: new Float32Array(0) },
  },
}

const stepOf = ({ minItemUsers, mostItems }: InteractionSettings, separator: string): ListStep => ({
  kind: 'list',
  columns: [historyColumn],
  separator,
  minRows: minItemUsers,
  maxValues: mostItems,
})

/** Items of the example; longer lists are hard to read. */
const exampleItems = 5

function signatureOf({ items, x }: Interactions, target: string, separator: string): Signature {
  const example = Array.from(x.ids.subarray(0, Math.min(exampleItems, x.ptr[1] ?? 0)), (item) => items[item] ?? '').join(separator)
  return { inputs: [{ name: historyColumn, type: 'text', separator, example }], target }
}

/** Live traffic is compared with how long histories were, and with what was answered first to the users measured. */
function referenceOf({ items, x }: Interactions, separator: string, { lists, probabilities }: MeasuredRecommender): ClassReference {
  const rows = usersPerItem({ x, weights: null })
  const predicted = new Int32Array(items.length)
  for (const [item] of lists) if (item !== undefined) predicted[item] = (predicted[item] ?? 0) + 1
  const confidence = Float64Array.from(
    probabilities.filter(({ length }) => length > 0),
    ([first = 0]) => first,
  )
  const lengths = historiesOf({ items }, x, separator).map((history) => countEntries(history, separator))
  return {
    rows: x.rows,
    columns: [{ kind: 'length', name: historyColumn, missing: 0, separator, ...cutAtDeciles(lengths) }],
    classes: items.map((name, item) => ({ name, rows: rows[item] ?? 0, predicted: predicted[item] ?? 0 })),
    confidence: confidenceReference(confidence),
  }
}
