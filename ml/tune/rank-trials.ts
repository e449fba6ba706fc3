import type { Direction } from '#core/tune/settings'
import { lossOf, type Trial } from '#core/tune/trial'

/**
 * Trials from best to worst: finished ones by loss, then stopped ones (those that got further first, as Optuna ranks
 * pruned trials), then those without a usable score. Equals in order of their number. Running trials are left out.
 */
export function rankTrials(trials: readonly Trial[], direction: Direction): Trial[] {
  const keyed = trials
    .filter(({ status }) => status !== 'running')
    .map((trial) => {
      const loss = lossOf(trial, direction)
      return { trial, loss, tier: loss === Number.POSITIVE_INFINITY || trial.status === 'failed' ? 2 : trial.status === 'stopped' ? 1 : 0 }
    })
  return keyed
    .sort(
      (a, b) =>
        a.tier - b.tier ||
        (a.tier === 1 ? b.trial.scores.length - a.trial.scores.length : 0) ||
        (a.tier === 2 ? 0 : a.loss - b.loss) ||
        a.trial.number - b.trial.number,
    )
    .map(({ trial }) => trial)
}
