import { type EstimatorKind, estimators } from '#core/estimators/estimators'
import { estimatorParams } from '#core/tune/param-title'
import type { Dimension, Space } from '#core/tune/space'
import { listWords } from '../column-checks'

type Problem = { param: string; message: string }

/** What is wrong with a space: a param that is not there, or a value that it cannot be. Steps of the plan are known in the run only. */
export function checkSpace(space: Space, estimator: EstimatorKind): Problem[] {
  return space.flatMap((dimension) => checkDimension(dimension, estimator))
}

function checkDimension(dimension: Dimension, estimator: EstimatorKind): Problem[] {
  const { path } = dimension
  if (/^features\.\d+\./.test(path)) return []
  if (!path.startsWith('estimator.')) {
    return [{ param: 'space', message: `"${path}" must begin with "estimator." or, for a step of the plan, with "features.0.".` }]
  }
  const name = path.slice('estimator.'.length)
  const ends = dimension.kind === 'choice' ? dimension.values : [dimension.low, dimension.high]
  // One sentence per dimension is enough.
  return ends.flatMap((value) => checkValue(name, value, estimator)).slice(0, 1)
}

function checkValue(name: string, value: unknown, estimator: EstimatorKind): Problem[] {
  const params = estimatorParams(estimator)
  const schema = Object.hasOwn(params, name) ? params[name] : undefined
  const called = estimators[estimator].name
  if (!schema) return [{ param: 'space', message: `The ${called} has no param "${name}"; it has ${listWords(Object.keys(params))}.` }]
  const { success, error } = schema.safeParse(value)
  return success
    ? []
    : [{ param: 'space', message: `"${name}" cannot be ${String(value)}: ${error.issues[0]?.message ?? 'it does not fit'}.` }]
}
