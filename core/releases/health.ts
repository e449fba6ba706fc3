import { formatShare, plural } from '#core/words/format'

/** `idle`: nobody asked anything for half an hour. */
export const healthStates = ['ok', 'warn', 'bad', 'idle'] as const
export type HealthState = (typeof healthStates)[number]

export type HealthFacts = {
  release: number
  gateways: { alive: number; inForce: number; problem: string | null }
  /** Of the last minutes, and how many they are. */
  requests: number
  errorShare: number | null
  windowMinutes: number
  /** Of the last half hour. */
  recentRequests: number
  openAlerts: number
  /** Why a rollout waits for a person; null when none does. */
  asks: string | null
}

/** Fewer requests say nothing of a share of errors. */
const fewest = 20
const badShare = 0.05
const warnShare = 0.01

/** How a deployment does, in one word and its reason: the worst that is true. */
export function deploymentHealth(facts: HealthFacts): { state: HealthState; sentence: string } {
  const { release, gateways, requests, windowMinutes } = facts
  const errorShare = requests >= fewest ? (facts.errorShare ?? 0) : 0
  const errors = `${formatShare(errorShare)} of ${plural(requests, 'request')} in ${windowMinutes} min failed.`
  if (gateways.alive === 0) return { state: 'bad', sentence: 'No gateway runs, so nobody gets an answer.' }
  if (gateways.problem) return { state: 'bad', sentence: `Release ${release} cannot be served: ${gateways.problem}` }
  if (errorShare >= badShare) return { state: 'bad', sentence: errors }
  if (facts.openAlerts > 0) return { state: 'warn', sentence: `${plural(facts.openAlerts, 'alert')} open.` }
  if (facts.asks !== null) return { state: 'warn', sentence: `A rollout waits for a person. ${facts.asks}`.trim() }
  if (errorShare >= warnShare) return { state: 'warn', sentence: errors }
  if (gateways.inForce < gateways.alive) {
    return { state: 'warn', sentence: `Release ${release} is in force on ${gateways.inForce} of ${gateways.alive} gateways.` }
  }
  if (facts.recentRequests === 0) return { state: 'idle', sentence: 'No requests in 30 minutes.' }
  return { state: 'ok', sentence: requests === 0 ? `No requests in ${windowMinutes} min.` : errors.replace(/^0\.0 %/, 'None') }
}
