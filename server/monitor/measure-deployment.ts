import type { Reference } from '#core/model/signature'
import { quantileOfBins } from '#core/monitor/bins'
import { compareWithReference } from '#core/monitor/drift'
import { type OutcomeSums, summariseOutcomes } from '#core/monitor/outcomes'
import type { RangePlan } from '#core/monitor/range'
import { emptyRollup, type Rollup, sumRollups } from '#core/monitor/rollup'
import { summarise } from '#core/monitor/summary'
import { sumTraffic } from '#core/monitor/traffic'
import type { ArmView, MonitorView, Quantiles } from '#core/monitor/views'
import type { Db } from '#db/client'
import { listVersions } from '#db/queries/deployments'
import { getMonitored, listTraffic } from '#db/queries/monitor'
import { sumOutcomes } from '#db/queries/outcomes'

const hourMs = 3_600_000

export type MeasureInput = {
  deployment: string
  versionId?: string | undefined
  includesTest: boolean
  /** What shadows answered, and nothing that callers got. */
  isShadow?: boolean
  plan: RangePlan
}

/** All that the monitor page shows of one deployment over a range: two reads of roll-ups, whatever the traffic was. */
export async function measureDeployment(
  db: Db,
  { deployment: name, versionId, includesTest, isShadow = false, plan }: MeasureInput,
): Promise<Omit<MonitorView, 'tookMs'>> {
  const { routes, ...deployment } = await getMonitored(db, name)
  const filter = { deploymentIds: [deployment.id], includesTest, shadow: isShadow }
  const spanMs = plan.toMs - plan.fromMs
  const rows = await listTraffic(db, { ...filter, fromMs: plan.fromMs, toMs: plan.toMs, source: plan.source })
  const isWholeHours = spanMs % hourMs === 0 && plan.fromMs % hourMs === 0
  const before = await listTraffic(db, {
    ...filter,
    versionId,
    fromMs: plan.fromMs - spanMs,
    toMs: plan.fromMs,
    source: isWholeHours ? 'hour' : plan.source,
  })
  const outcomes = await sumOutcomes(db, { deploymentId: deployment.id, fromMs: plan.fromMs, toMs: plan.toMs, includesTest })
  const comparedId = versionId ?? routes[0]?.versionId ?? null
  const traffic = sumTraffic(rows, plan, { compared: comparedId, only: versionId })
  const versions = await listVersions(db, [
    ...new Set([...routes.map((route) => route.versionId), ...traffic.versions.keys(), ...(versionId ? [versionId] : [])]),
  ])
  const compared = versions.find((version) => version.id === comparedId)
  const known = knownClasses(compared?.reference)
  const classes = classNames(
    known.map((one) => one.name),
    traffic.total,
  )
  return {
    task: compared?.reference.task ?? 'classification',
    deployment,
    from: new Date(plan.fromMs),
    to: new Date(plan.toMs),
    stepMs: plan.stepMs,
    mapStepMs: plan.mapStepMs,
    total: summarise(traffic.total),
    before: summarise(sumRollups(before.map((row) => row.figures))),
    outcomes: summariseOutcomes(outcomes.filter((one) => versionId === undefined || one.versionId === versionId)),
    testRequests: traffic.testRequests,
    buckets: traffic.buckets.map(({ startMs, figures, testRequests, values }) => ({
      start: new Date(startMs),
      summary: summarise(figures),
      testRequests,
      classes: classes.map((one) => countOf(figures, one)),
      values: valuesOf(compared?.reference, values),
    })),
    classes,
    arms: armsOf(routes, versions, { traffic: traffic.versions, outcomes: outcomes.filter((one) => !one.isFallback) }),
    compared: compared
      ? {
          versionId: compared.id,
          number: compared.number,
          rows: compared.reference.rows,
          ...trainingAnswers(compared.reference),
          classes: classes.map((one) => known.find(({ name }) => name === one)?.predicted ?? 0),
        }
      : null,
    drift: compared ? compareWithReference(compared.reference, traffic.versions.get(compared.id) ?? emptyRollup()) : [],
    driftMap: compared
      ? traffic.map.map(({ startMs, figures }) => ({
          start: new Date(startMs),
          cells: compareWithReference(compared.reference, figures).map(({ name: column, level, state }) => ({
            name: column,
            level,
            state,
          })),
        }))
      : [],
  }
}

type Version = Awaited<ReturnType<typeof listVersions>>[number]

/** The routes of the release in force, champion first, then versions that answered in the range and serve no more. */
function armsOf(
  routes: readonly { versionId: string; weight: number }[],
  versions: readonly Version[],
  { traffic, outcomes }: { traffic: Map<string, Rollup>; outcomes: readonly (OutcomeSums & { versionId: string })[] },
): ArmView[] {
  const past = [...traffic.keys()]
    .filter((id) => !routes.some((route) => route.versionId === id))
    .map((versionId) => ({ versionId, weight: 0 }))
  return [...routes, ...past].flatMap(({ versionId, weight }, i) => {
    const version = versions.find((one) => one.id === versionId)
    if (!version) return []
    const role = i === 0 ? 'champion' : i < routes.length ? 'challenger' : 'past'
    return [
      {
        versionId,
        weight,
        number: version.number,
        role,
        summary: summarise(traffic.get(versionId) ?? emptyRollup()),
        outcomes: summariseOutcomes(outcomes.filter((one) => one.versionId === versionId)),
      },
    ]
  })
}

function knownClasses(reference: Reference | undefined) {
  return reference === undefined || reference.task === 'regression' ? [] : reference.classes
}

function trainingAnswers(reference: Reference): { meanConfidence: number | null; values: Quantiles | null } {
  return reference.task === 'regression'
    ? { meanConfidence: null, values: valuesOf(reference, reference.values.counts) }
    : { meanConfidence: reference.confidence.mean, values: null }
}

function valuesOf(reference: Reference | undefined, counts: readonly number[]): Quantiles | null {
  if (reference?.task !== 'regression') return null
  const { edges } = reference.values
  const [p10, p50, p90] = [0.1, 0.5, 0.9].map((q) => quantileOfBins(edges, counts, q))
  return p10 == null || p50 == null || p90 == null ? null : { p10, p50, p90 }
}

/** The classes of the compared version, and those that only traffic has. */
function classNames(known: readonly string[], total: Rollup): string[] {
  return [...known, ...Object.keys(total.classes).filter((name) => !known.includes(name))]
}

function countOf(figures: Rollup, name: string): number {
  return Object.hasOwn(figures.classes, name) ? (figures.classes[name] ?? 0) : 0
}
