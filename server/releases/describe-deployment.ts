import { AppError } from '#core/errors/app-error'
import { meanConfidence, quantileOfLatency } from '#core/monitor/rollup'
import { hasRole } from '#core/people/roles'
import { lastGoodVersion } from '#core/releases/complete-release'
import { deploymentSettingsSchema } from '#core/releases/deployment-settings'
import { releaseDifference } from '#core/releases/difference'
import { goodVersions, rollbackTarget } from '#core/releases/next-release'
import { isSameRouting, type Route } from '#core/releases/route'
import type { Db } from '#db/client'
import { listApiKeys } from '#db/queries/api-keys'
import { getDeployment, getVersion, listVersionNumbers } from '#db/queries/deployments'
import { listAlive } from '#db/queries/processes'
import { listWaitingRequests } from '#db/queries/release-requests'
import { listReleases } from '#db/queries/releases'
import { listRecentRollups } from '#db/queries/rollups'
import { listUsers } from '#db/queries/users'
import type { Actor } from '#server/api/trpc'
import { describeHistory } from './describe-history'
import {
  armFigures,
  describeArms,
  describeRelease,
  minutesAgo,
  perSecond,
  sumOf,
  type VersionNames,
  windowMinutes,
} from './describe-release'
import { describeRollout } from './describe-rollout'
import { gatewayAliveMs, warmthOf } from './gateways'
import type { DeploymentView, LiveArmView } from './views'
import { type History, knownVersions } from './write-release'

/** All that the page of one deployment shows to whoever looks. */
export async function describeDeployment(
  db: Db,
  { name, gatewayUrl, now, actor }: { name: string; gatewayUrl: string; now: Date; actor: Pick<Actor, 'id' | 'role'> },
): Promise<DeploymentView> {
  const deployment = await getDeployment(db, name)
  const history = await listReleases(db, deployment.id)
  const [current] = history
  const championId = current?.routes[0]?.versionId
  if (!current || !championId) throw new AppError('not_found', { detail: `Nothing was released on ${name} yet.` })
  const champion = await getVersion(db, championId)
  const versions = await listVersionNumbers(db, deployment.modelId)
  const names: VersionNames = new Map(versions.map(({ id, number }) => [id, number]))
  const rollout = await describeRollout(db, { deploymentId: deployment.id, release: current.number, names })
  const approvers = await listApprovers(db)
  const lastGood = await findLastGood(db, { modelId: deployment.modelId, history, routes: current.routes })
  return {
    id: deployment.id,
    name,
    model: champion.model,
    release: describeRelease(current, names),
    settings: current.settings,
    deploymentSettings: deploymentSettingsSchema.parse(deployment.settings),
    ...(await describeLive(db, { deploymentId: deployment.id, current, history, names, now })),
    standby: current.settings.standby.map((versionId) => ({ versionId, version: names.get(versionId) ?? 0 })),
    versions,
    lastGood: versions.find(({ id }) => id === lastGood) ?? null,
    rollout: rollout?.rollout ?? null,
    verdicts: rollout?.verdicts ?? [],
    requests: (await listWaitingRequests(db, deployment.id)).map(({ id, sentence, reason, by, requestedBy, requestedAt }) => ({
      id,
      sentence,
      reason,
      by,
      byId: requestedBy,
      at: requestedAt,
      mayApprove: hasRole(actor.role, 'lead') && requestedBy !== actor.id,
      mayWithdraw: hasRole(actor.role, 'lead') && (requestedBy === actor.id || hasRole(actor.role, 'admin')),
    })),
    approvers,
    windowMinutes,
    history: await describeHistory(db, { deploymentId: deployment.id, history, names, now }),
    releases: history.length,
    rollback: describeRollback(history, names),
    gateways: warmthOf(await listAlive(db, { kind: 'gateway', aliveMs: gatewayAliveMs }), name, current.number),
    keys: await describeKeys(db, name),
    task: champion.signature.task ?? 'classification',
    inputs: champion.signature.inputs,
    classes: champion.classes,
    gatewayUrl,
    hasSample: champion.sample !== null,
  }
}

/** Who may release, and approve what others ask for. */
export async function listApprovers(db: Db): Promise<{ id: string; name: string }[]> {
  const people = await listUsers(db)
  return people.filter((person) => !person.disabledAt && hasRole(person.role, 'lead')).map(({ id, name }) => ({ id, name }))
}

/** What "the last good version" would be for a release with these routes, or null. */
export async function findLastGood(
  db: Db,
  { modelId, history, routes }: { modelId: string; history: History; routes: readonly Route[] },
): Promise<string | null> {
  const ids = [...routes.map(({ versionId }) => versionId), ...goodVersions(history)]
  const known = await knownVersions(db, modelId, ids)
  const champion = known.get(routes[0]?.versionId ?? '')
  if (!champion) return null
  return lastGoodVersion(history, routes, (id) => {
    const facts = known.get(id)
    return facts !== undefined && releaseDifference(champion, facts).canSplit
  })
}

async function describeLive(
  db: Db,
  {
    deploymentId,
    current,
    history,
    names,
    now,
  }: { deploymentId: string; current: History[number]; history: History; names: VersionNames; now: Date },
): Promise<Pick<DeploymentView, 'arms' | 'shadow'>> {
  const since = minutesAgo(now, windowMinutes)
  const recent = await listRecentRollups(db, { deploymentId, since })
  const arms = describeArms(current.routes, names).map((arm): LiveArmView => {
    const liveSince = liveSinceOf(history, (release) => release.routes.some(({ versionId }) => versionId === arm.versionId))
    const figures = sumOf(recent.filter(({ versionId }) => versionId === arm.versionId))
    return { ...arm, liveSince, perSecond: perSecond(figures.requests, now, liveSince), ...armFigures(figures) }
  })
  const { shadow } = current.settings
  if (!shadow) return { arms, shadow: null }
  const copies = await listRecentRollups(db, { deploymentId, since, shadow: true })
  const figures = sumOf(copies.filter(({ versionId }) => versionId === shadow.versionId))
  const liveSince = liveSinceOf(history, (release) => release.settings.shadow?.versionId === shadow.versionId)
  return {
    arms,
    shadow: {
      ...shadow,
      version: names.get(shadow.versionId) ?? 0,
      perSecond: perSecond(figures.requests, now, liveSince),
      p99Ms: quantileOfLatency(figures, 0.99),
      confidence: meanConfidence(figures),
      compared: figures.compared,
      disagreed: figures.disagreed,
    },
  }
}

function describeRollback(history: History, names: VersionNames): DeploymentView['rollback'] {
  const target = rollbackTarget(history)
  const [current] = history
  if (!target || !current) return null
  const arms = describeArms(target.routes, names)
  const what = `v${arms[0]?.version}`
  const sentence = isSameRouting(target.routes, current.routes)
    ? `Brings back release ${target.number}: ${what} again, served as it was then.`
    : `Brings back release ${target.number}: ${what} with all traffic, and the settings of then.`
  return { release: target.number, arms, sentence }
}

async function describeKeys(db: Db, name: string): Promise<DeploymentView['keys']> {
  const keys = (await listApiKeys(db)).filter((key) => !key.revokedAt && (key.deployments?.includes(name) ?? true))
  const [last] = keys.filter((key) => key.lastUsedAt).sort((a, b) => Number(b.lastUsedAt) - Number(a.lastUsedAt))
  return { count: keys.length, lastUsedBy: last?.name ?? null, lastUsedAt: last?.lastUsedAt ?? null }
}

/** The first of the unbroken line of releases, up to the newest, of which it is true. */
function liveSinceOf(history: History, isLive: (release: History[number]) => boolean): Date {
  let at = history[0]?.createdAt ?? new Date(0)
  for (const release of history) {
    if (!isLive(release)) break
    at = release.createdAt
  }
  return at
}
