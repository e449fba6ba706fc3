import { lossOf, meanScore, type SearchTrial, scoreDeviation } from '#core/tune/trial'
import type { SearchReport } from './search'

/** How a trial of a search did. */
export type Place = Pick<SearchTrial, 'params' | 'status' | 'share' | 'error'> & {
  /** From 1, of those that did all their folds; null for the others. */
  place: number | null
  trial: number
  /** Mean over its folds, of the metric of the search. */
  score: number | null
  /** Standard deviation over its folds (n - 1). */
  deviation: number | null
  folds: number
}

/** Trials from best to worst: finished ones (those on more rows first, then by score), stopped ones by how far they got, failed ones. */
export function leaderboardOf({ trials, direction }: Pick<SearchReport, 'trials' | 'direction'>): Place[] {
  const order = { finished: 0, stopped: 1, running: 2, failed: 3 }
  const loss = (trial: SearchTrial) => lossOf(trial, direction)
  const byScore = (a: SearchTrial, b: SearchTrial) => (loss(a) === loss(b) ? 0 : loss(a) - loss(b))
  return [...trials]
    .sort(
      (a, b) =>
        order[a.status] - order[b.status] ||
        b.share - a.share ||
        (a.status === 'finished' ? 0 : b.scores.length - a.scores.length) ||
        byScore(a, b) ||
        a.number - b.number,
    )
    .map((trial, i) => ({
      place: trial.status === 'finished' ? i + 1 : null,
      trial: trial.number + 1,
      params: trial.params,
      score: meanScore(trial),
      deviation: scoreDeviation(trial),
      folds: trial.scores.length,
      share: trial.share,
      status: trial.status,
      error: trial.error,
    }))
}
