import { shareOf } from '#core/monitor/rollup'
import { deploymentHealth } from '#core/releases/health'
import { releaseSettingsSchema } from '#core/releases/settings'
import type { Db } from '#db/client'
import { countOpenAlerts } from '#db/queries/alerts'
import { listDeployments, listVersions } from '#db/queries/deployments'
import { listAlive } from '#db/queries/processes'
import { listMinuteCounts } from '#db/queries/release-figures'
import { listRolloutsUnderWay, type Rollout } from '#db/queries/rollouts'
import { describeArms, minuteMs, minutesAgo, perSecond, windowMinutes } from './describe-release'
import { gatewayAliveMs, warmthOf } from './gateways'
import { rolloutNow } from './rollout-now'
import type { DeploymentLine } from './views'

const sparkMinutes = 30

type Row = Awaited<ReturnType<typeof listDeployments>>[number]
type Counts = Awaited<ReturnType<typeof listMinuteCounts>>

/** Every deployment in one line: what is live, its traffic of the last half hour, and how it does. */
export async function describeDeployments(db: Db, now: Date): Promise<DeploymentLine[]> {
  const rows = await listDeployments(db)
  const ids = rows.flatMap((row) => row.routes.map(({ versionId }) => versionId))
  const names = new Map((await listVersions(db, [...new Set(ids)])).map(({ id, number }) => [id, number]))
  const counts = await listMinuteCounts(db, { since: minutesAgo(now, sparkMinutes) })
  const alerts = await countOpenAlerts(db)
  const rollouts = await listRolloutsUnderWay(db)
  const alive = await listAlive(db, { kind: 'gateway', aliveMs: gatewayAliveMs })
  return rows.map((row) => {
    const own = counts.filter(({ deploymentId }) => deploymentId === row.id)
    const window = own.filter(({ minute }) => minute >= minutesAgo(now, windowMinutes))
    const requests = sum(window, 'requests')
    const rollout = rollouts.find(({ deploymentId }) => deploymentId === row.id) ?? null
    const health = deploymentHealth({
      release: row.number,
      gateways: warmthOf(alive, row.name, row.number),
      requests,
      errorShare: shareOf(sum(window, 'errors'), requests),
      windowMinutes,
      recentRequests: sum(own, 'requests'),
      openAlerts: alerts.get(row.id) ?? 0,
      asks: rollout?.status === 'asking' ? rollout.sentence : null,
    })
    return {
      id: row.id,
      name: row.name,
      model: row.model,
      release: row.number,
      kind: row.kind,
      rollbackOf: row.rollbackOf,
      arms: describeArms(row.routes, names),
      releasedAt: row.releasedAt,
      releasedBy: row.releasedBy,
      reason: row.reason,
      createdAt: row.createdAt,
      // Of all its versions, so a release that is a step of a rollout does not begin it anew.
      perSecond: perSecond(requests, now, row.createdAt),
      perMinute: perMinute(own, now),
      health,
      rollout: rollout && lineOf(rollout, row),
    }
  })
}

function perMinute(counts: Counts, now: Date): number[] {
  const first = minutesAgo(now, sparkMinutes).getTime()
  const minutes = new Array<number>(sparkMinutes).fill(0)
  for (const { minute, requests } of counts) {
    const at = Math.round((minute.getTime() - first) / minuteMs)
    if (at >= 0 && at < sparkMinutes) minutes[at] = (minutes[at] ?? 0) + requests
  }
  return minutes
}

function lineOf(row: Rollout, { routes, settings }: Row): NonNullable<DeploymentLine['rollout']> {
  const { strategy, status, step, sentence, challengerId } = rolloutNow(row)
  const routed = routes.find(({ versionId }) => versionId === challengerId)?.weight
  const share = strategy.kind === 'shadow' ? releaseSettingsSchema.parse(settings).shadow?.share : routed
  return { kind: strategy.kind, status, step, share: share ?? null, sentence }
}

function sum(counts: Counts, figure: 'requests' | 'errors'): number {
  return counts.reduce((total, row) => total + row[figure], 0)
}
