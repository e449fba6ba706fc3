import { z } from 'zod'
import { AppError } from '#core/errors/app-error'

/** One arm of a release. Weights are whole percents and sum to 100; the first route is the champion. */
export const routeSchema = z.object({ versionId: z.string(), weight: z.int().min(1).max(100) })
export type Route = z.output<typeof routeSchema>

/** Refuses routes that no release may have: none, more than two, a version twice, weights that are not whole or do not sum to 100. */
export function checkRoutes(routes: readonly Route[]): void {
  const refuse = (detail: string): never => {
    throw new AppError('bad_input', { detail })
  }
  if (routes.length === 0) refuse('A release needs at least one model version.')
  if (routes.length > 2) refuse(`A release splits its traffic between at most two model versions; this one has ${routes.length}.`)
  if (new Set(routes.map((route) => route.versionId)).size < routes.length) refuse('A release names each model version once.')
  for (const { weight } of routes) {
    if (!Number.isInteger(weight) || weight < 1 || weight > 100) refuse(`A share is a whole percent from 1 to 100, not ${weight}.`)
  }
  const sum = routes.reduce((total, route) => total + route.weight, 0)
  if (sum !== 100) refuse(`The shares of a release sum to 100 %; these sum to ${sum} %.`)
}

/** Whether both serve the same versions with the same shares, in the same order. */
export function isSameRouting(a: readonly Route[], b: readonly Route[]): boolean {
  return a.length === b.length && a.every((route, i) => route.versionId === b[i]?.versionId && route.weight === b[i]?.weight)
}

/**
 * Index of the route that answers a request. The draw is stable: the same key on the same deployment always lands on the
 * same hundredth. Challengers take the low end, so that a growing share keeps every caller it already has.
 */
export function chooseRoute(weights: readonly number[], deploymentId: string, key: string): number {
  if (weights.length < 2) return 0
  const point = (stableHash(`${deploymentId}\n${key}`) / 2 ** 32) * 100
  let upTo = 0
  for (let i = weights.length - 1; i > 0; i--) {
    upTo += weights[i] ?? 0
    if (point < upTo) return i
  }
  return 0
}

/** 32-bit FNV-1a over UTF-16 code units with the finaliser of MurmurHash3, which spreads keys that differ in one character. */
export function stableHash(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
