import { AppError } from '#core/errors/app-error'
import type { Params, ParamValue } from './space'

/**
 * A copy of `recipe` with each path's value in place; arrays are indexed by number (`features.0.maxTerms`). Only what is
 * there can be set, so that a misspelt path does not pass in silence: throws AppError that names the path.
 */
export function setParams<T extends object>(recipe: T, params: Params): T {
  const copy = structuredClone(recipe)
  for (const [path, value] of Object.entries(params)) setAt(copy, path, value)
  return copy
}

function setAt(root: object, path: string, value: ParamValue): void {
  const parts = path.split('.')
  const last = parts.pop() ?? ''
  let at: unknown = root
  for (const part of parts) at = isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined
  if (!isObject(at) || !Object.hasOwn(at, last)) {
    const known = isObject(at) ? Object.keys(at).join(', ') : ''
    throw new AppError('bad_params', {
      detail: `There is no param "${path}" to search over${known ? `; beside it there are ${known}` : ''}. Choose a param of the recipe.`,
      hint: { param: path },
    })
  }
  at[last] = value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
