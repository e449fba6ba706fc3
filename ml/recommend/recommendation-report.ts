import { type RecommendationReport, recommendationMeasures } from '#core/reports/recommendation'
import { bootstrapInterval, bootstrapIntervals } from '#core/stats/bootstrap'
import { pairedPermutationTest } from '#core/stats/paired-permutation'
import { seededRandom } from '#ml/estimators/random'
import { pause as pauseOf } from '#ml/pipeline/pause'
import type { FitRecommendationArgs, FittedRecommendation } from './fit-recommendation'
import { coverageOf, type ListMeasures, measureLists, mostPopularTenth, shareOf } from './measure-lists'
import { usersPerItem } from './popularity'

const algorithmWords = { ease: 'EASE', als: 'ALS', 'item-item': 'item-item cosine', popularity: 'popularity' }
const shown = { samples: 12, history: 10 }

type MeasureName = (typeof recommendationMeasures)[number]
const arrayOf: Record<MeasureName, keyof ListMeasures> = {
  NDCG: 'ndcg',
  recall: 'recall',
  precision: 'precision',
  MRR: 'mrr',
  'hit rate': 'hitRate',
}

/** What the held-out items say of a recommender beside popularity, with intervals and a paired test over users. */
export async function recommendationReport(
  { pipeline, held, measured, popularity }: FittedRecommendation,
  { interactions, estimator, settings, k, seed, signal }: FitRecommendationArgs,
  notes: readonly string[],
): Promise<RecommendationReport> {
  const { items, x, times } = interactions
  const [own, popular] = [measureLists(measured.lists, held.held, k), measureLists(popularity.lists, held.held, k)]
  const pause = () => pauseOf(signal)
  const random = seededRandom(seed)
  const both = [own, popular].flatMap((measures) => recommendationMeasures.map((name) => measures[arrayOf[name]]))
  const intervals = await bootstrapIntervals({
    rows: held.tested.length,
    statistics: (rows) => both.map((values) => meanOf(values, rows)),
    random,
    pause,
  })
  const isTop = mostPopularTenth(usersPerItem({ x: held.train, weights: null }))
  return {
    report: 'recommendation',
    algorithm: algorithmWords[estimator.algorithm],
    users: x.rows,
    items: items.length,
    interactions: x.ids.length,
    k,
    tested: held.tested.length,
    heldOut: settings.heldOut,
    by: times ? 'time' : 'random',
    measures: recommendationMeasures.map((name, i) => ({
      name,
      value: meanOf(own[arrayOf[name]]),
      interval: intervals[i] ?? null,
      popularity: { value: meanOf(popular[arrayOf[name]]), interval: intervals[recommendationMeasures.length + i] ?? null },
    })),
    difference: estimator.algorithm === 'popularity' ? null : await differenceOf(own.ndcg, popular.ndcg, random, pause),
    curve: await curveOf(held.held, { own: measured.lists, popular: popularity.lists, k, pause }),
    coverage: { model: coverageOf(measured.lists, items.length), popularity: coverageOf(popularity.lists, items.length) },
    popularTenth: {
      items: isTop.reduce((sum, one) => sum + one, 0),
      model: shareOf(measured.lists, isTop),
      popularity: shareOf(popularity.lists, isTop),
      heldOut: shareOf(held.held, isTop),
    },
    loss: pipeline.training.loss,
    temperature: measured.temperature,
    samples: samplesOf(interactions, { held, measured }),
    notes: [...notes],
  }
}

async function differenceOf(own: Float64Array, popular: Float64Array, random: () => number, pause: () => Promise<void>) {
  const differences = own.map((value, user) => value - (popular[user] ?? 0))
  const interval = await bootstrapInterval({ rows: own.length, statistic: (rows) => meanOf(differences, rows), random, pause })
  const { p } = await pairedPermutationTest(differences, { random, pause })
  return { value: meanOf(differences), interval: interval && { low: interval.low, high: interval.high }, p }
}

async function curveOf(
  held: readonly Int32Array[],
  { own, popular, k, pause }: { own: readonly Int32Array[]; popular: readonly Int32Array[]; k: number; pause(): Promise<void> },
): Promise<RecommendationReport['curve']> {
  const curve: RecommendationReport['curve'] = []
  for (let length = 1; length <= k; length++) {
    const [mine, theirs] = [measureLists(own, held, length), measureLists(popular, held, length)]
    curve.push({
      k: length,
      recall: meanOf(mine.recall),
      ndcg: meanOf(mine.ndcg),
      popularityRecall: meanOf(theirs.recall),
      popularityNdcg: meanOf(theirs.ndcg),
    })
    await pause()
  }
  return curve
}

/** Some tested users, evenly spaced. */
function samplesOf(
  { users, items }: FitRecommendationArgs['interactions'],
  { held, measured }: Pick<FittedRecommendation, 'held' | 'measured'>,
): RecommendationReport['samples'] {
  const count = Math.min(shown.samples, held.tested.length)
  const name = (item: number) => items[item] ?? ''
  return Array.from({ length: count }, (_, i) => {
    const at = Math.floor((i * held.tested.length) / count)
    const user = held.tested[at] ?? 0
    const had = held.train.ids.subarray(held.train.ptr[user], held.train.ptr[user + 1])
    const wanted = held.held[at] ?? new Int32Array(0)
    return {
      user: users[user] ?? '',
      history: Array.from(had.subarray(0, shown.history), name),
      had: had.length,
      heldOut: Array.from(wanted, name),
      recommended: Array.from(measured.lists[at] ?? [], (item, place) => ({
        item: name(item),
        probability: measured.probabilities[at]?.[place] ?? 0,
        isHit: wanted.includes(item),
      })),
    }
  })
}

/** Mean of the values at some places, or of all. */
function meanOf(values: Float64Array, places?: Int32Array): number {
  let sum = 0
  if (!places) {
    for (const value of values) sum += value
    return sum / values.length
  }
  for (let i = 0; i < places.length; i++) sum += values[places[i] ?? 0] ?? 0
  return sum / places.length
}
