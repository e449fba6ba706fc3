import { compareWithReference } from '#core/monitor/drift'
import { emptyRollup } from '#core/monitor/rollup'
import { summarise } from '#core/monitor/summary'
import { sumTraffic } from '#core/monitor/traffic'
import type { MonitorOverview } from '#core/monitor/views'
import type { Db } from '#db/client'
import { countOpenAlerts } from '#db/queries/alerts'
import { listDeployments, listVersions } from '#db/queries/deployments'
import { listTraffic } from '#db/queries/monitor'

const minuteMs = 60_000

/** Every deployment over the last hour: is it well? */
export async function overviewDeployments(db: Db, nowMs: number): Promise<MonitorOverview> {
  const deployments = await listDeployments(db)
  const toMs = Math.floor(nowMs / minuteMs) * minuteMs + minuteMs
  const plan = { fromMs: toMs - 60 * minuteMs, toMs, stepMs: minuteMs, mapStepMs: 60 * minuteMs, source: 'minute' as const }
  const rows = await listTraffic(db, { ...plan, deploymentIds: deployments.map((one) => one.id), includesTest: true })
  const versions = await listVersions(db, [...new Set(deployments.flatMap((one) => one.routes.map((route) => route.versionId)))])
  const open = await countOpenAlerts(db)
  return deployments.map(({ id, name, model, number, routes }) => {
    const champion = versions.find((version) => version.id === routes[0]?.versionId)
    const mine = rows.filter((row) => row.deploymentId === id)
    const traffic = sumTraffic(mine, plan, { compared: champion?.id ?? null })
    const drift = champion ? compareWithReference(champion.reference, traffic.versions.get(champion.id) ?? emptyRollup()) : []
    const lastMs = mine.at(-1)?.startMs
    return {
      id,
      name,
      model,
      release: number,
      task: champion?.reference.task ?? 'classification',
      versions: routes.map(({ versionId, weight }) => ({
        number: versions.find((version) => version.id === versionId)?.number ?? 0,
        weight,
      })),
      summary: summarise(traffic.total),
      requestsPerMinute: traffic.buckets.map((bucket) => bucket.figures.requests),
      drift: {
        drifted: drift.filter((one) => one.state === 'drifted').length,
        judged: drift.filter((one) => one.state !== 'not-enough-data').length,
        waiting: drift.filter((one) => one.state === 'not-enough-data').length,
      },
      openAlerts: open.get(id) ?? 0,
      lastMinute: lastMs === undefined ? null : new Date(lastMs),
    }
  })
}
