import { AppError } from '#core/errors/app-error'
import { checkRoutes, isSameRouting, type Route } from './route'

/**
 * What the next release of a deployment is, decided from the releases it already has. Pure: the caller writes it.
 *
 *   (none) ──deploy──> v1 100 %
 *   v1 100 % ──deploy v2 at 20 %──> v1 80 %, v2 20 % ──share──> v1 50 %, v2 50 % ──promote──> v2 100 %
 *                                        └──rollback──> v1 100 %
 */

export const releaseKinds = [
  'deploy',
  'canary',
  'share',
  'promote',
  'rollback',
  'blue-green',
  'shadow',
  'ab',
  'bandit',
  'settings',
] as const
export type ReleaseKind = (typeof releaseKinds)[number]

/** A release as the deciders need it. */
export type PastRelease = { number: number; routes: readonly Route[]; rollbackOf: number | null }

export type NextRelease = { kind: ReleaseKind; routes: Route[]; rollbackOf: number | null }

/** Serves `versionId` with `share` percent of the traffic; all of it on a first release. Null when that is already so. */
export function nextAfterDeploy(current: PastRelease | null, versionId: string, share: number): NextRelease | null {
  const champion = current?.routes[0]
  if (!champion || share === 100) return changed(current, 'deploy', [{ versionId, weight: 100 }])
  if (champion.versionId === versionId) {
    throw new AppError('conflict', {
      detail: 'This version is already the champion here, so it cannot be its own challenger. Deploy it with 100 % to end the split.',
    })
  }
  return changed(current, 'canary', split(champion.versionId, versionId, share))
}

/** Gives the challenger `share` percent; 0 ends the split, 100 promotes. Null when nothing changes. */
export function nextAfterShare(current: PastRelease, share: number): NextRelease | null {
  const { champion, challenger } = arms(current)
  if (share === 100) return nextAfterPromote(current)
  if (share === 0) return changed(current, 'share', [{ versionId: champion.versionId, weight: 100 }])
  return changed(current, 'share', split(champion.versionId, challenger.versionId, share))
}

/** Gives the challenger all traffic. */
export function nextAfterPromote(current: PastRelease): NextRelease {
  return { kind: 'promote', routes: [{ versionId: arms(current).challenger.versionId, weight: 100 }], rollbackOf: null }
}

/**
 * Goes back to the newest earlier release that served one version alone and differs from the current one. A rollback
 * looks before the release that it equals: rolling back twice goes two steps back, never forward to what was bad.
 * `to` names the release instead.
 */
export function nextAfterRollback(releases: readonly PastRelease[], to?: number): NextRelease {
  const target = to === undefined ? rollbackTarget(releases) : releases.find((release) => release.number === to)
  if (!target) {
    throw new AppError('conflict', {
      detail:
        to === undefined
          ? 'There is no earlier release to go back to. Deploy the version that should be live.'
          : `There is no release ${to} of this deployment.`,
    })
  }
  const current = newest(releases)
  if (current && isSameRouting(current.routes, target.routes)) {
    throw new AppError('conflict', { detail: `Release ${target.number} already is what release ${current.number} serves.` })
  }
  return { kind: 'rollback', routes: [...target.routes], rollbackOf: target.number }
}

/** The release that one click on "Roll back" goes to, or null. */
export function rollbackTarget(releases: readonly PastRelease[]): PastRelease | null {
  const current = newest(releases)
  if (!current) return null
  const before = current.rollbackOf ?? current.number
  return newest(
    releases.filter((release) => release.number < before && release.routes.length === 1 && !isSameRouting(release.routes, current.routes)),
  )
}

function newest<T extends PastRelease>(releases: readonly T[]): T | null {
  return releases.reduce<T | null>((best, release) => (best === null || release.number > best.number ? release : best), null)
}

function arms(release: PastRelease): { champion: Route; challenger: Route } {
  const [champion, challenger] = release.routes
  if (!champion || !challenger) {
    throw new AppError('conflict', {
      detail: `Release ${release.number} serves one version alone; there is no challenger to move traffic to.`,
    })
  }
  return { champion, challenger }
}

function split(champion: string, challenger: string, share: number): Route[] {
  if (!Number.isInteger(share) || share < 1 || share > 99) {
    throw new AppError('bad_input', { detail: `The share of a challenger is a whole percent from 1 to 99, not ${share}.` })
  }
  return [
    { versionId: champion, weight: 100 - share },
    { versionId: challenger, weight: share },
  ]
}

function changed(current: PastRelease | null, kind: ReleaseKind, routes: Route[]): NextRelease | null {
  checkRoutes(routes)
  return current && isSameRouting(current.routes, routes) ? null : { kind, routes, rollbackOf: null }
}
