import type { z } from 'zod'
import { type EstimatorKind, estimators } from '#core/estimators/estimators'

/** The params of an estimator by name, each with its title and limits. */
export function estimatorParams(estimator: string): Record<string, z.ZodType> {
  return Object.hasOwn(estimators, estimator) ? estimators[estimator as EstimatorKind].params.shape : {} // hasOwn says that it is a kind
}

/** What people call a param of a search: "Learning rate" for `estimator.learningRate`, else the path with a capital. */
export function paramTitle(estimator: string | null, path: string): string {
  const name = path.startsWith('estimator.') ? path.slice('estimator.'.length) : null
  const title = name === null || estimator === null ? undefined : estimatorParams(estimator)[name]?.meta()?.title
  return typeof title === 'string' ? title : path.charAt(0).toUpperCase() + path.slice(1)
}
