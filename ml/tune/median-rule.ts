import type { SearchSettings } from '#core/tune/settings'
import { lossOf, type Trial } from '#core/tune/trial'

/** Before so many other trials got as far, a median says little. */
const leastOthers = 5

/**
 * Whether to leave out the remaining folds of a trial: its mean loss so far is above the median of the others' means over
 * the same number of folds (median rule of Golovin et al. 2017, "Google Vizier", section 3.2.2). The paper compares a
 * trial's best value, which suits curves that rise; folds are repeats, so the mean is compared. Only trials of the same
 * share count, and only those at least `parallel` numbers before it, so that timing changes nothing.
 */
export function shouldStop(
  trial: Trial,
  trials: readonly Trial[],
  { direction, stopBadTrials, parallel }: Pick<SearchSettings, 'direction' | 'stopBadTrials' | 'parallel'>,
): boolean {
  const folds = trial.scores.length
  if (!stopBadTrials || folds === 0) return false
  const others = trials
    .filter((other) => other.number <= trial.number - parallel && other.share === trial.share && other.scores.length >= folds)
    .map((other) => lossOf({ scores: other.scores.slice(0, folds) }, direction))
    .sort((a, b) => a - b)
  if (others.length < leastOthers) return false
  const upper = others[others.length >> 1] ?? 0
  const median = others.length % 2 === 1 ? upper : (upper + (others[(others.length >> 1) - 1] ?? 0)) / 2
  return lossOf(trial, direction) > median
}
