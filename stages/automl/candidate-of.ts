import { AppError } from '#core/errors/app-error'
import type { Estimator } from '#core/estimators/estimators'
import { portfolioOf } from '#core/tune/portfolio'
import type { Params } from '#core/tune/space'
import type { AutomlParams } from './search-of'

/** The estimator that a setting names. */
export function candidateOf({ task, estimators }: Pick<AutomlParams, 'task' | 'estimators'>, { candidate }: Params): Estimator {
  const found = portfolioOf(task, estimators).find(({ name }) => name === candidate)
  if (found) return found.estimator
  throw new AppError('bad_params', {
    detail: `There is no candidate "${candidate}" for ${task}: choose estimators that do ${task}, or none for all.`,
    hint: { param: 'estimators' },
  })
}
