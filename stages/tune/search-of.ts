import { estimators, type LabelledKind } from '#core/estimators/estimators'
import { defaultSpaces } from '#core/tune/default-spaces'
import { directionOf, usualMetric } from '#core/tune/metric'
import type { Search } from '#core/tune/search'
import type { SearchSettings } from '#core/tune/settings'
import type { Space } from '#core/tune/space'

export type TuneParams = Omit<SearchSettings, 'direction' | 'inOrder'> & { estimator: LabelledKind; space: Space }

/** What the params of a Tune stage search: with the usual ranges, metric and direction where they leave them open. */
export function searchOf({ estimator, space, ...params }: TuneParams): Search {
  const metric = params.metric || usualMetric[estimators[estimator].task]
  return {
    space: space.length > 0 ? space : defaultSpaces[estimator],
    settings: { ...params, metric, direction: directionOf(metric), inOrder: false },
  }
}
