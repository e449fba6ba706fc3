import { AppError } from '#core/errors/app-error'
import { type Estimator, type EstimatorKind, estimatorSchema, estimators } from '#core/estimators/estimators'
import type { TableValue } from '#core/ports/kinds'
import { setParams } from '#core/tune/set-params'
import type { Params } from '#core/tune/space'

/** The estimator and the table's plan with one setting in place. Throws AppError that names a param which is not there or out of range. */
export function recipeOf(kind: EstimatorKind, table: TableValue, params: Params): { estimator: Estimator; table: TableValue } {
  const base = { kind, ...estimators[kind].params.parse({}) }
  const { estimator, features } = setParams({ estimator: base, features: table.plan.features }, params)
  const parsed = estimatorSchema.safeParse(estimator)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new AppError('bad_params', {
      detail: `The ${estimators[kind].name} cannot take "${issue?.path.join('.')}" as it is searched: ${issue?.message}. Change its range.`,
      hint: { param: 'space' },
    })
  }
  return { estimator: parsed.data, table: { ...table, plan: { ...table.plan, features } } }
}
