import {
  emptyRollup,
  lowConfidenceShare,
  meanConfidence,
  mergeRollups,
  quantileOfLatency,
  type Rollup,
  shareOf,
} from '#core/monitor/rollup'
import type { Route } from '#core/releases/route'
import type { ArmView, ReleaseView } from './views'
import type { History } from './write-release'

/** Parts that several views of releases and deployments share. */

export const minuteMs = 60_000
/** Minutes that live figures cover. */
export const windowMinutes = 5

/** Version numbers by id. */
export type VersionNames = ReadonlyMap<string, number>

export function describeArms(routes: readonly Route[], names: VersionNames): ArmView[] {
  return routes.map(({ versionId, weight }) => ({ versionId, weight, version: names.get(versionId) ?? 0 }))
}

export function describeRelease(release: History[number], names: VersionNames): ReleaseView {
  const { number, kind, rollbackOf, rolloutId, lowConfidence, settings, reason, by, createdAt, routes } = release
  return { number, kind, rollbackOf, rolloutId, lowConfidence, settings, reason, by, at: createdAt, arms: describeArms(routes, names) }
}

/** The start of the minute so many minutes ago, this one included: roll-ups are kept by the minute. */
export function minutesAgo(now: Date, minutes: number): Date {
  return new Date(Math.floor((now.getTime() - (minutes - 1) * minuteMs) / minuteMs) * minuteMs)
}

/** Requests a second over the window, or over the time since it went live when that is shorter. */
export function perSecond(requests: number, now: Date, liveSince: Date): number {
  const from = Math.max(minutesAgo(now, windowMinutes).getTime(), liveSince.getTime())
  return requests / Math.max(10, (now.getTime() - from) / 1000)
}

export function armFigures(figures: Rollup) {
  return {
    rows: figures.rows,
    p99Ms: quantileOfLatency(figures, 0.99),
    confidence: meanConfidence(figures),
    lowShare: lowConfidenceShare(figures),
    errorShare: shareOf(figures.errors, figures.requests),
  }
}

export function sumOf(rows: readonly { figures: Rollup }[]): Rollup {
  return rows.reduce((sum, { figures }) => mergeRollups(sum, figures), emptyRollup())
}
