import { AppError } from '#core/errors/app-error'
import { isSameRouting, type Route } from './route'
import { isSameValue } from './same-value'
import { defaultSettings, patchSettings, type ReleaseSettings, type SettingsPatch } from './settings'

/**
 * What the next release of a deployment is, decided from the releases it already has. Pure: the caller completes it
 * (complete-release), and writes it.
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

/** What a release serves: all that a rollback brings back. */
export type Serving = { routes: readonly Route[]; settings: ReleaseSettings; lowConfidence: number }

/** A release as the deciders need it. */
export type PastRelease = Serving & {
  number: number
  /** The number of the earlier release that it equals, for a rollback. */
  rollbackOf: number | null
  /** The rollout that it is a step of. */
  rolloutId: string | null
}

export type NextRelease = Serving & { kind: ReleaseKind; rollbackOf: number | null }

/** What somebody wants to be served otherwise than now. */
export type Wish = { settings?: SettingsPatch | undefined; lowConfidence?: number | undefined }

export const defaultLowConfidence = 0.6

/** Serves `versionId` with `share` percent of the traffic; all of it on a first release. */
export function nextAfterDeploy(
  releases: readonly PastRelease[],
  { versionId, share, wish = {} }: { versionId: string; share: number; wish?: Wish },
): NextRelease {
  const base = baseOf(releases, wish)
  const champion = newest(releases)?.routes[0]
  if (!champion || share === 100) {
    const routes = [{ versionId, weight: 100 }]
    const isSame = isSameRouting(newest(releases)?.routes ?? [], routes)
    return { kind: isSame ? 'settings' : 'deploy', routes, ...base, rollbackOf: null }
  }
  refuseOwnChallenger(champion.versionId, versionId)
  return { kind: 'canary', routes: split(champion.versionId, versionId, share), ...base, rollbackOf: null }
}

/** Gives the challenger `share` percent; 0 ends the split, 100 promotes. Settings stay, those of a rollout too. */
export function nextAfterShare(releases: readonly PastRelease[], share: number): NextRelease {
  const current = needed(releases)
  const { champion, challenger } = arms(current)
  if (share === 100) return nextAfterPromote(releases)
  const alone = [{ versionId: champion.versionId, weight: 100 }]
  return {
    kind: 'share',
    routes: share === 0 ? alone : split(champion.versionId, challenger.versionId, share),
    settings: share === 0 ? settledSettings(current, releases) : current.settings,
    lowConfidence: current.lowConfidence,
    rollbackOf: null,
  }
}

/** Gives the challenger all traffic; `challengerId` where it has none yet. */
export function nextAfterPromote(releases: readonly PastRelease[], challengerId?: string): NextRelease {
  const versionId = challengerId ?? arms(needed(releases)).challenger.versionId
  return { kind: 'promote', routes: [{ versionId, weight: 100 }], ...baseOf(releases), rollbackOf: null }
}

/** The same versions with the same shares, served otherwise. */
export function nextAfterSettings(releases: readonly PastRelease[], wish: Wish): NextRelease {
  return { kind: 'settings', routes: needed(releases).routes, ...baseOf(releases, wish), rollbackOf: null }
}

/**
 * Goes back to the newest earlier release that served one version alone and differs from the current one in what it served or
 * how. It brings back all of it: versions, settings and threshold. A rollback looks before the release that it equals: rolling
 * back twice goes two steps back, never forward to what was bad. `to` names the release instead; of a release that was a step
 * of a rollout, the shadow, standby and bandit of the rollout are left out, since nobody would end them.
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
  const { routes, lowConfidence } = target
  const next = { kind: 'rollback' as const, routes, settings: settledSettings(target, releases), lowConfidence, rollbackOf: target.number }
  const current = newest(releases)
  if (current && isServedAlike(current, next)) {
    throw new AppError('conflict', { detail: `Release ${target.number} already is what release ${current.number} serves.` })
  }
  return next
}

/** The release that one click on "Roll back" goes to, or null. */
export function rollbackTarget(releases: readonly PastRelease[]): PastRelease | null {
  const current = newest(releases)
  if (!current) return null
  return (
    goodLine(releases).find((release) => release !== current && isSettled(release, releases) && !isServedAlike(release, current)) ?? null
  )
}

/** Versions that served alone and were not rolled back from, newest first, the one in force included. */
export function goodVersions(releases: readonly PastRelease[]): string[] {
  const alone = goodLine(releases).flatMap((release) =>
    isSettled(release, releases) ? release.routes.map(({ versionId }) => versionId) : [],
  )
  return [...new Set(alone)]
}

/** Whether both serve the same to callers, in the same way. */
export function isServedAlike(a: Serving, b: Serving): boolean {
  return isSameRouting(a.routes, b.routes) && a.lowConfidence === b.lowConfidence && isSameValue(a.settings, b.settings)
}

/** The settings of a release without what belonged to a rollout: its shadow, standby and bandit. Those that stood before come back. */
export function settledSettings(release: PastRelease, releases: readonly PastRelease[]): ReleaseSettings {
  if (release.rolloutId === null) return release.settings
  const before = newest(releases.filter(({ number, rolloutId }) => number < release.number && rolloutId !== release.rolloutId))
  const { shadow, standby, assignment } = before ? settledSettings(before, releases) : defaultSettings
  return { ...release.settings, shadow, standby, assignment }
}

/** A challenger at `share` percent beside the champion. */
export function split(champion: string, challenger: string, share: number): Route[] {
  if (!Number.isInteger(share) || share < 1 || share > 99) {
    throw new AppError('bad_input', { detail: `The share of a challenger is a whole percent from 1 to 99, not ${share}.` })
  }
  return [
    { versionId: champion, weight: 100 - share },
    { versionId: challenger, weight: share },
  ]
}

/** Nothing can be compared with itself. */
export function refuseOwnChallenger(championId: string, versionId: string): void {
  if (championId !== versionId) return
  throw new AppError('conflict', {
    detail: 'This version is already the champion here, so it cannot be its own challenger. Deploy it with 100 % to end the split.',
  })
}

/** The release with the highest number, or null. */
export function newest<T extends PastRelease>(releases: readonly T[]): T | null {
  return releases.reduce<T | null>((best, release) => (best === null || release.number > best.number ? release : best), null)
}

/** How the next release serves unless a rollout says otherwise: as now, but for what is wished. */
export function baseOf(releases: readonly PastRelease[], { settings = {}, lowConfidence }: Wish = {}): Omit<Serving, 'routes'> {
  const current = newest(releases)
  return {
    settings: patchSettings(current ? settledSettings(current, releases) : defaultSettings, settings),
    lowConfidence: lowConfidence ?? current?.lowConfidence ?? defaultLowConfidence,
  }
}

/** The newest release and those before it, leaving out whatever was rolled back from. */
function goodLine(releases: readonly PastRelease[]): PastRelease[] {
  const line: PastRelease[] = []
  for (let at = newest(releases); at !== null; ) {
    line.push(at)
    const origin = originOf(at, releases)
    at = newest(releases.filter(({ number }) => number < origin))
  }
  return line
}

/** The number of the release that a release equals in the end: a rollback may bring back a rollback. */
function originOf({ number, rollbackOf }: PastRelease, releases: readonly PastRelease[]): number {
  if (rollbackOf === null) return number
  const target = releases.find((release) => release.number === rollbackOf)
  return target ? originOf(target, releases) : rollbackOf
}

/** It served one version alone, and was no step on the way of a rollout. */
function isSettled(release: PastRelease, releases: readonly PastRelease[]): boolean {
  return release.routes.length === 1 && isSameValue(release.settings, settledSettings(release, releases))
}

function needed(releases: readonly PastRelease[]): PastRelease {
  const current = newest(releases)
  if (!current) throw new AppError('conflict', { detail: 'The deployment has no release yet. Deploy a version first.' })
  return current
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
