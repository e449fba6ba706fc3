import { AppError } from '#core/errors/app-error'
import {
  emptyRollup,
  lowConfidenceShare,
  meanConfidence,
  mergeRollups,
  quantileOfLatency,
  type Rollup,
  shareOf,
} from '#core/monitor/rollup'
import { hasRole } from '#core/people/roles'
import { releaseDifference } from '#core/releases/difference'
import { rollbackTarget } from '#core/releases/next-release'
import type { Route } from '#core/releases/route'
import type { Db } from '#db/client'
import { listApiKeys } from '#db/queries/api-keys'
import { findDeployment, getDeployment, getVersion, listDeployments, listVersions } from '#db/queries/deployments'
import { listAlive } from '#db/queries/processes'
import { listReleases } from '#db/queries/releases'
import { listRecentRollups } from '#db/queries/rollups'
import { listUsers } from '#db/queries/users'
import { versionFacts } from './version-facts'
import type { ArmView, DeploymentLine, DeploymentView, ReleaseDiff, ReleaseView } from './views'

const windowMinutes = 5
const minuteMs = 60_000
const aliveMs = 10_000

type History = Awaited<ReturnType<typeof listReleases>>
type VersionNames = ReadonlyMap<string, number>

/** Every deployment in one line, with its traffic of the last minutes. */
export async function describeDeployments(db: Db, now: Date): Promise<DeploymentLine[]> {
  const rows = await listDeployments(db)
  const names = await versionNames(
    db,
    rows.flatMap((row) => row.routes),
  )
  const recent = await listRecentRollups(db, { since: since(now) })
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    model: row.model,
    release: row.number,
    kind: row.kind,
    rollbackOf: row.rollbackOf,
    arms: arms(row.routes, names),
    releasedAt: row.releasedAt,
    releasedBy: row.releasedBy,
    perSecond: perSecond(sumOf(recent.filter(({ deploymentId }) => deploymentId === row.id)), now, row.releasedAt),
  }))
}

/** All that the page of one deployment shows. */
export async function describeDeployment(
  db: Db,
  { name, gatewayUrl, now }: { name: string; gatewayUrl: string; now: Date },
): Promise<DeploymentView> {
  const deployment = await getDeployment(db, name)
  const history = await listReleases(db, deployment.id)
  const [current] = history
  const championId = current?.routes[0]?.versionId
  if (!current || !championId) throw new AppError('not_found', { detail: `Nothing was released on ${name} yet.` })
  const champion = await getVersion(db, championId)
  const names = await versionNames(
    db,
    history.flatMap((release) => release.routes),
  )
  const recent = await listRecentRollups(db, { deploymentId: deployment.id, since: since(now) })
  const target = rollbackTarget(history)
  return {
    id: deployment.id,
    name,
    model: champion.model,
    release: releaseView(current, names),
    arms: arms(current.routes, names).map((arm) => {
      const liveSince = liveSinceOf(history, arm.versionId)
      const figures = sumOf(recent.filter(({ versionId }) => versionId === arm.versionId))
      return { ...arm, liveSince, ...armFigures(figures, now, liveSince) }
    }),
    windowMinutes,
    history: history.map((release) => releaseView(release, names)),
    rollback: target ? { release: target.number, arms: arms(target.routes, names) } : null,
    gateways: await describeGateways(db, name, current.number),
    keys: await describeKeys(db, name),
    task: champion.signature.task ?? 'classification',
    inputs: champion.signature.inputs,
    gatewayUrl,
    hasSample: champion.sample !== null,
  }
}

/** What is live on a deployment against a candidate, for the deploy sheet. The deployment need not exist yet. */
export async function describeDifference(
  db: Db,
  { deployment, versionId }: { deployment: string; versionId: string },
): Promise<ReleaseDiff> {
  const candidate = await getVersion(db, versionId)
  const target = await findDeployment(db, deployment)
  const [current] = target ? await listReleases(db, target.id) : []
  const liveId = current?.routes[0]?.versionId
  const live = liveId ? await getVersion(db, liveId) : null
  const isOtherModel = live !== null && live.modelId !== candidate.modelId
  const people = await listUsers(db)
  return {
    release: current?.number ?? 0,
    live: live && { versionId: live.id, version: live.number },
    candidate: { versionId: candidate.id, version: candidate.number, model: candidate.model },
    problem: isOtherModel ? `${deployment} serves ${live.model}. Deploy ${candidate.model} under another name.` : null,
    ...releaseDifference(live && !isOtherModel ? versionFacts(live) : null, versionFacts(candidate)),
    approvers: people.filter((person) => !person.disabledAt && hasRole(person.role, 'lead')).map((person) => person.name),
  }
}

async function describeGateways(db: Db, name: string, release: number): Promise<DeploymentView['gateways']> {
  const alive = await listAlive(db, { kind: 'gateway', aliveMs })
  const read = (info: Record<string, unknown>, part: string): unknown => {
    const entries = info[part]
    return typeof entries === 'object' && entries !== null ? Object.entries(entries).find(([key]) => key === name)?.[1] : undefined
  }
  const problems = alive.map(({ info }) => read(info, 'problems')).filter((problem) => typeof problem === 'string')
  return {
    alive: alive.length,
    inForce: alive.filter(({ info }) => read(info, 'releases') === release).length,
    problem: problems[0] ?? null,
  }
}

async function describeKeys(db: Db, name: string): Promise<DeploymentView['keys']> {
  const keys = (await listApiKeys(db)).filter((key) => !key.revokedAt && (key.deployments?.includes(name) ?? true))
  const [last] = keys.filter((key) => key.lastUsedAt).sort((a, b) => Number(b.lastUsedAt) - Number(a.lastUsedAt))
  return { count: keys.length, lastUsedBy: last?.name ?? null, lastUsedAt: last?.lastUsedAt ?? null }
}

async function versionNames(db: Db, routes: readonly Route[]): Promise<VersionNames> {
  const versions = await listVersions(db, [...new Set(routes.map((route) => route.versionId))])
  return new Map(versions.map((version) => [version.id, version.number]))
}

function arms(routes: readonly Route[], names: VersionNames): ArmView[] {
  return routes.map(({ versionId, weight }) => ({ versionId, weight, version: names.get(versionId) ?? 0 }))
}

function releaseView(release: History[number], names: VersionNames): ReleaseView {
  const { number, kind, rollbackOf, lowConfidence, reason, by, createdAt } = release
  return { number, kind, rollbackOf, lowConfidence, reason, by, at: createdAt, arms: arms(release.routes, names) }
}

/** The first of the unbroken line of releases, up to the newest, that give the version traffic. */
function liveSinceOf(history: History, versionId: string): Date {
  let at = history[0]?.createdAt ?? new Date(0)
  for (const release of history) {
    if (!release.routes.some((route) => route.versionId === versionId)) break
    at = release.createdAt
  }
  return at
}

function armFigures(figures: Rollup, now: Date, liveSince: Date) {
  return {
    rows: figures.rows,
    perSecond: perSecond(figures, now, liveSince),
    p99Ms: quantileOfLatency(figures, 0.99),
    confidence: meanConfidence(figures),
    lowShare: lowConfidenceShare(figures),
    errorShare: shareOf(figures.errors, figures.requests),
  }
}

/** Over the window, or over the time since it went live when that is shorter. */
function perSecond(figures: Rollup, now: Date, liveSince: Date): number {
  const from = Math.max(since(now).getTime(), liveSince.getTime())
  return figures.requests / Math.max(10, (now.getTime() - from) / 1000)
}

/** The start of the minute so many minutes ago: roll-ups are kept by the minute. */
function since(now: Date): Date {
  return new Date(Math.floor((now.getTime() - (windowMinutes - 1) * minuteMs) / minuteMs) * minuteMs)
}

function sumOf(rows: readonly { figures: Rollup }[]): Rollup {
  return rows.reduce((sum, { figures }) => mergeRollups(sum, figures), emptyRollup())
}
