import type { RecommendationReport } from '#core/reports/recommendation'
import type { Interval } from '#core/stats/proportion-interval'
import { formatNumber, formatScore, formatShare, formatSigned, formatValue, plural } from '#core/words/format'
import type { LinesInput } from './prepare-lines.ts'

export const modelColour = 'var(--series-1)'
export const popularityColour = 'var(--series-8)'

export type PreparedRecommendation = {
  /** Whether it is better than popularity, and by how much. */
  sentence: string
  tiles: {
    name: string
    value: string
    meaning: string
    popularity: string
    range: string
    at: number
    bounds: Interval | null
    mark: number
    to: number
  }[]
  curves: { title: string; input: LinesInput }[]
  /** Shares, each of the model, of popularity and, where it is known, of what users took. */
  spread: { name: string; meaning: string; rows: { name: string; colour: string; share: number; words: string }[] }[]
  objective: LinesInput | null
  samples: {
    user: string
    history: string
    more: string | null
    heldOut: string
    recommended: { item: string; words: string; isHit: boolean }[]
  }[]
}

/** Names of items may hold commas. */
const between = ' · '

type Measure = RecommendationReport['measures'][number]

const meanings: Record<Measure['name'], string> = {
  NDCG: 'hits, the higher in the list the better',
  recall: 'of the held-out items are in the list',
  precision: 'of the list was held out',
  MRR: '1 / place of the first hit',
  'hit rate': 'of users with any hit',
}

/** Decides how a recommendation report is drawn: each figure beside that of popularity on the same users. */
export function prepareRecommendation(report: RecommendationReport): PreparedRecommendation {
  const { measures, k, curve, coverage, popularTenth, loss } = report
  return {
    sentence: sentenceOf(report),
    tiles: measures.map(tileOf),
    curves: [
      {
        title: `Recall at 1 to ${k}`,
        input: linesOf(curve, (point) => [point.recall, point.popularityRecall]),
      },
      { title: `NDCG at 1 to ${k}`, input: linesOf(curve, (point) => [point.ndcg, point.popularityNdcg]) },
    ],
    spread: [
      {
        name: 'Coverage',
        meaning: `of ${plural(report.items, 'item')} are recommended to anybody`,
        rows: [modelRow(coverage.model), popularityRow(coverage.popularity)],
      },
      {
        name: 'Most popular tenth',
        meaning: `of what is recommended, or was taken, is one of the ${plural(popularTenth.items, 'item')} that most users have`,
        rows: [
          modelRow(popularTenth.model),
          popularityRow(popularTenth.popularity),
          { name: 'what users took', colour: 'var(--series-3)', share: popularTenth.heldOut, words: formatShare(popularTenth.heldOut) },
        ],
      },
    ],
    objective:
      loss.length === 0
        ? null
        : {
            x: loss.map(({ epoch }) => epoch),
            xKind: 'number',
            series: [{ name: 'objective a user', colour: modelColour, values: loss.map(({ loss: value }) => value) }],
            format: formatValue,
            yFrom: Math.min(...loss.map(({ loss: value }) => value)),
            formatX: formatNumber,
          },
    samples: report.samples.map(({ user, history, had, heldOut, recommended }) => ({
      user,
      history: history.join(between),
      more: had > history.length ? `and ${formatNumber(had - history.length)} more` : null,
      heldOut: heldOut.join(between),
      recommended: recommended.map(({ item, probability, isHit }) => ({ item, words: formatShare(probability), isHit })),
    })),
  }
}

function sentenceOf({ algorithm, difference, measures, k, tested, heldOut, by }: RecommendationReport): string {
  const ndcg = measures.find(({ name }) => name === 'NDCG')
  const [own, popular] = [ndcg?.value ?? 0, ndcg?.popularity.value ?? 0]
  const last = heldOut === 1 ? 'item' : `${heldOut} items`
  const which = by === 'time' ? `the last ${last} held out` : `${heldOut === 1 ? 'an item' : last} drawn at random held out`
  const where = `on ${plural(tested, 'user')} with ${which}`
  if (difference === null) return `Popularity is the baseline itself: NDCG at ${k} is ${formatScore(own)} ${where}.`
  const { interval, p, value } = difference
  const sure = p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`
  const range = interval ? `, 95 % interval ${signed(interval.low)} to ${signed(interval.high)}` : ''
  const verdict =
    p >= 0.05
      ? `${capital(algorithm)} cannot be told from popularity`
      : value > 0
        ? `${capital(algorithm)} is better than popularity`
        : `${capital(algorithm)} is worse than popularity`
  return `${verdict}: NDCG at ${k} is ${formatScore(own)} against ${formatScore(popular)} (${signed(value)}${range}, ${sure}), ${where}.`
}

function tileOf({ name, value, interval, popularity }: Measure): PreparedRecommendation['tiles'][number] {
  const highest = Math.max(value, interval?.high ?? 0, popularity.value, popularity.interval?.high ?? 0)
  return {
    name: name === 'recall' || name === 'precision' || name === 'hit rate' ? capital(name) : name,
    value: formatScore(value),
    meaning: meanings[name],
    popularity: formatScore(popularity.value),
    range: interval ? `95 % interval ${formatScore(interval.low)} to ${formatScore(interval.high)}` : 'too few users for an interval',
    at: value,
    bounds: interval,
    mark: popularity.value,
    // a scale of its own: precision cannot come near 1 where one item is held out
    to: Math.max(0.05, Math.ceil(highest * 20) / 20),
  }
}

type Point = RecommendationReport['curve'][number]

function linesOf(curve: readonly Point[], pick: (point: Point) => [own: number, popular: number]): LinesInput {
  return {
    x: curve.map(({ k }) => k),
    xKind: 'number',
    series: [
      { name: 'model', colour: modelColour, values: curve.map((point) => pick(point)[0]) },
      { name: 'popularity', colour: popularityColour, values: curve.map((point) => pick(point)[1]) },
    ],
    format: formatScore,
    formatTick: formatValue,
    isWholeX: true,
    formatX: formatNumber,
  }
}

const modelRow = (share: number) => ({ name: 'model', colour: modelColour, share, words: formatShare(share) })
const popularityRow = (share: number) => ({ name: 'popularity', colour: popularityColour, share, words: formatShare(share) })
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
const signed = (value: number) => formatSigned(value, formatScore)
