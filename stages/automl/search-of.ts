import type { Task } from '#core/estimators/define'
import type { EstimatorKind } from '#core/estimators/estimators'
import { directionOf, usualMetric } from '#core/tune/metric'
import { portfolioOf } from '#core/tune/portfolio'
import type { Search } from '#core/tune/search'
import { type SearchSettings, searchSettingsSchema } from '#core/tune/settings'

export type AutomlParams = {
  task: Task
  estimators: readonly EstimatorKind[]
} & Pick<SearchSettings, 'minutes' | 'metric' | 'strategy' | 'folds' | 'repeats' | 'foldColumn' | 'stopBadTrials' | 'parallel' | 'seed'>

/** What an AutoML stage searches: the candidates of its portfolio, one trial each, in the order of their promise. */
export function searchOf({ task, estimators, ...params }: AutomlParams): Search {
  const names = portfolioOf(task, estimators).map(({ name }) => name)
  const metric = params.metric || usualMetric[task]
  return {
    space: [{ kind: 'choice', path: 'candidate', values: names }],
    settings: {
      ...searchSettingsSchema.parse({ method: 'grid', inOrder: true, trials: Math.max(1, names.length) }),
      ...params,
      metric,
      direction: directionOf(metric),
    },
  }
}
