import { deploymentSettingsSchema } from '#core/releases/deployment-settings'
import { type ReleaseCheck, releaseDifference } from '#core/releases/difference'
import { baseOf } from '#core/releases/next-release'
import { strategyWords } from '#core/releases/order-words'
import { sameEvaluation } from '#core/releases/same-evaluation'
import type { Db } from '#db/client'
import { findDeployment, getVersion, listVersionNumbers } from '#db/queries/deployments'
import { listReleases } from '#db/queries/releases'
import { findNewestRollout } from '#db/queries/rollouts'
import { findRun, getRunPlan } from '#db/queries/runs'
import { listStageRuns } from '#db/queries/stage-runs'
import type { Actor } from '#server/api/trpc'
import { readReport } from '#server/artifacts/read-report'
import type { House } from '#server/house'
import { findLastGood, listApprovers } from './describe-deployment'
import { strategyOf } from './rollout-now'
import { versionFacts } from './version-facts'
import type { ReleaseDiff } from './views'

type Version = Awaited<ReturnType<typeof getVersion>>

/** What is live on a deployment against a candidate, for the deploy sheet. The deployment need not exist yet. */
export async function describeDifference(
  { db, artifacts }: Pick<House, 'db' | 'artifacts'>,
  { deployment, versionId, actor }: { deployment: string; versionId: string; actor: Actor },
): Promise<ReleaseDiff> {
  const candidate = await getVersion(db, versionId)
  const target = await findDeployment(db, deployment)
  const history = target ? await listReleases(db, target.id) : []
  const liveId = history[0]?.routes[0]?.versionId
  const live = liveId ? await getVersion(db, liveId) : null
  const isOtherModel = live !== null && live.modelId !== candidate.modelId
  const compared = live && !isOtherModel ? live : null
  const difference = releaseDifference(compared && versionFacts(compared), versionFacts(candidate))
  const versions = await listVersionNumbers(db, candidate.modelId)
  const routes = [{ versionId, weight: 100 }]
  const lastGood = isOtherModel ? null : await findLastGood(db, { modelId: candidate.modelId, history, routes })
  const approvers = await listApprovers(db)
  return {
    release: history[0]?.number ?? 0,
    live: live && { versionId: live.id, version: live.number },
    candidate: { versionId: candidate.id, version: candidate.number, model: candidate.model },
    problem: isOtherModel ? `${deployment} serves ${live.model}. Deploy ${candidate.model} under another name.` : null,
    ...difference,
    checks: [...difference.checks, ...(await gateChecks(db, candidate))],
    sameEvaluation: compared && (await compareEvaluations(artifacts, compared, candidate)),
    approvers: approvers.map(({ name }) => name),
    fourEyes: target !== null && deploymentSettingsSchema.parse(target.settings).fourEyes,
    secondApprovers: approvers.filter(({ id }) => id !== actor.id).map(({ name }) => name),
    isRegression: candidate.signature.task === 'regression',
    ...baseOf(history),
    lastGood: versions.find(({ id }) => id === lastGood) ?? null,
    versions,
    classes: candidate.classes,
    underWay: target && (await rolloutWords(db, target.id, versions)),
  }
}

/** The gates of the run that registered a version: one that failed did so beside it, since what follows a gate is not run. */
async function gateChecks(db: Db, { lineage, number }: Version): Promise<ReleaseCheck[]> {
  if (lineage.runId === null || !(await findRun(db, lineage.runId))) return []
  const { graph } = await getRunPlan(db, lineage.runId)
  const runs = new Map((await listStageRuns(db, { runId: lineage.runId })).map((row) => [row.stageId, row]))
  return graph.stages
    .filter(({ type }) => type === 'gate')
    .flatMap((stage): ReleaseCheck[] => {
      const name = stage.title ?? 'Gate'
      const row = runs.get(stage.id)
      if (!row) return []
      if (row.status === 'done' || row.status === 'cached')
        return [{ passes: true, sentence: `v${number} passed the gate "${name}" of its run.` }]
      if (row.status === 'failed') {
        return [{ passes: false, sentence: `v${number} failed the gate "${name}" of its run: ${row.error?.message ?? 'it does not hold'}` }]
      }
      return []
    })
}

async function compareEvaluations(
  artifacts: House['artifacts'],
  live: Version,
  candidate: Version,
): Promise<ReleaseDiff['sameEvaluation']> {
  return sameEvaluation(
    { number: live.number, report: live.report, rows: await evaluatedRows(artifacts, live) },
    { number: candidate.number, report: candidate.report, rows: await evaluatedRows(artifacts, candidate) },
  )
}

/** Artifact of the rows that a version was evaluated on, where its report says so. */
async function evaluatedRows(artifacts: House['artifacts'], { report }: Version): Promise<string | null> {
  const read = report === null ? null : await readReport(artifacts, report)
  return read && 'table' in read && typeof read.table === 'string' ? read.table : null
}

async function rolloutWords(db: Db, deploymentId: string, versions: readonly { id: string; number: number }[]): Promise<string | null> {
  const rollout = await findNewestRollout(db, deploymentId)
  if (!rollout || rollout.endedAt) return null
  const challenger = versions.find(({ id }) => id === rollout.challengerId)?.number ?? 0
  return `v${challenger} is under way ${strategyWords(strategyOf(rollout))}; deploying ends that.`
}
