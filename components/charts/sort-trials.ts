import type { SearchReport } from '#core/reports/search'
import { lossOf, type SearchTrial } from '#core/tune/trial'

/** `number`, `score`, `seconds`, or the path of a param. */
export type TrialOrder = { by: string; isUp: boolean }

/** Trials in the order asked for: the best score first at `score` upwards; what has no value comes last, either way. */
export function sortTrials(trials: readonly SearchTrial[], { by, isUp }: TrialOrder, direction: SearchReport['direction']): SearchTrial[] {
  const keyOf = (trial: SearchTrial): number | string | null => {
    if (by === 'number') return trial.number
    if (by === 'seconds') return trial.seconds
    if (by === 'score') return trial.scores.length === 0 ? null : lossOf(trial, direction)
    const value = trial.params[by]
    return typeof value === 'boolean' ? String(value) : (value ?? null)
  }
  const keyed = trials.map((trial) => ({ trial, value: keyOf(trial) }))
  const sign = isUp ? 1 : -1
  return keyed
    .sort((a, b) => {
      if (a.value === null || b.value === null)
        return Number(a.value === null) - Number(b.value === null) || a.trial.number - b.trial.number
      const order =
        typeof a.value === 'number' && typeof b.value === 'number' ? a.value - b.value : String(a.value).localeCompare(String(b.value))
      return sign * order || a.trial.number - b.trial.number
    })
    .map(({ trial }) => trial)
}
