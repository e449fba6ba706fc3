import type { SearchSettings } from '#core/tune/settings'
import { countSettings, type Space } from '#core/tune/space'
import { planBrackets } from './halving'

/**
 * The trials that a search of these settings would make by itself. A study may have more, from a search with a larger budget:
 * a smaller one must not profit from them, or its result would hang on what was run before.
 */
export function trialsInBudget<T extends { number: number }>(space: Space, settings: SearchSettings, trials: readonly T[]): T[] {
  const end = endOf(space, settings)
  return trials.filter(({ number }) => number < end)
}

function endOf(space: Space, settings: SearchSettings): number {
  if (settings.method !== 'halving') return settings.trials
  const brackets = planBrackets({ ...settings, trials: Math.min(settings.trials, countSettings(space)) })
  const last = brackets.at(-1)?.at(-1)
  return last ? last.first + last.trials : 0
}
