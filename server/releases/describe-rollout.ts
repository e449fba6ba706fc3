import { isAutomatic, nextStepAtMs, stepsOf } from '#core/releases/rollout'
import type { Db } from '#db/client'
import { sumByRelease } from '#db/queries/release-figures'
import { findNewestRollout, listVerdicts } from '#db/queries/rollouts'
import type { VersionNames } from './describe-release'
import { rolloutNow } from './rollout-now'
import type { DeploymentView, RolloutView } from './views'

const shownVerdicts = 100

/** The rollout under way on a deployment, or the one that made its release in force, with its verdicts; null when neither is. */
export async function describeRollout(
  db: Db,
  { deploymentId, release, names }: { deploymentId: string; release: number; names: VersionNames },
): Promise<{ rollout: RolloutView; verdicts: DeploymentView['verdicts'] } | null> {
  const row = await findNewestRollout(db, deploymentId)
  if (!row || (row.endedAt && row.release !== release)) return null
  const at = rolloutNow(row)
  const verdicts = await listVerdicts(db, { rolloutId: row.id, limit: shownVerdicts })
  const releases = Array.from({ length: row.release - row.firstRelease + 1 }, (_, i) => row.firstRelease + i)
  const sums = await sumByRelease(db, { deploymentId, releases, since: row.createdAt })
  const isShadow = at.strategy.kind === 'shadow'
  const nextStepAt = row.endedAt ? null : nextStepAtMs(at)
  const rollout: RolloutView = {
    id: row.id,
    strategy: at.strategy,
    status: row.status,
    automatic: isAutomatic(at.strategy),
    step: row.step,
    steps: stepsOf(at.strategy),
    stepSince: row.stepSince,
    nextStepAt: nextStepAt === null ? null : new Date(nextStepAt),
    championId: row.championId,
    challengerId: row.challengerId,
    champion: names.get(row.championId) ?? 0,
    challenger: names.get(row.challengerId) ?? 0,
    challengerAnswers: sums
      .filter((sum) => sum.versionId === row.challengerId && sum.shadow === isShadow)
      .reduce((total, sum) => total + sum.requests, 0),
    sentence: row.sentence,
    by: row.by,
    since: row.createdAt,
    endedAt: row.endedAt,
    firstRelease: row.firstRelease,
    release: row.release,
    verdict: verdicts[0]?.verdict ?? null,
  }
  return { rollout, verdicts }
}
