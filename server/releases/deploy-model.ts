import { AppError } from '#core/errors/app-error'
import { defaultCanary } from '#core/releases/strategy'
import type { Db } from '#db/client'
import { type AuditActor, systemActor } from '#db/queries/audit'
import { findDeployment } from '#db/queries/deployments'
import { listReleases } from '#db/queries/releases'
import { findNewestRollout } from '#db/queries/rollouts'
import { deployVersion } from './change-release'

export type StageDeploy = {
  deployment: string
  versionId: string
  lowConfidence: number
  strategy?: 'all-at-once' | 'canary'
  reason: string
  actor?: AuditActor
}

/**
 * The Deploy stage's call: serves a registered version with all traffic, or as a canary of the house. A repeated call for the
 * version that is already live, or on its way, makes no new release, so a stage that runs again after a lost process changes nothing.
 */
export async function deployModel(db: Db, { strategy = 'all-at-once', ...input }: StageDeploy): Promise<{ release: number }> {
  if (input.deployment === '')
    throw new AppError('bad_params', { detail: 'Name the deployment, for example email-triage.', hint: { param: 'deployment' } })
  const live = strategy === 'canary' ? await findLive(db, input) : null
  if (live?.isUnderWay) return { release: live.release }
  const { release, request } = await deployVersion(db, {
    ...input,
    actor: input.actor ?? systemActor,
    ...(live && !live.isChampion ? { strategy: defaultCanary, expected: live.release } : {}),
  })
  if (request) {
    throw new AppError('rejected', {
      detail: `${input.deployment} wants a second person for releases, who is asked now: ${request.sentence} Somebody else can approve it under Deployments.`,
    })
  }
  return { release }
}

/** What is live where a canary should go; null when nothing is. */
async function findLive(db: Db, { deployment: name, versionId }: StageDeploy) {
  const deployment = await findDeployment(db, name)
  const [current] = deployment ? await listReleases(db, deployment.id) : []
  if (!deployment || !current) return null
  const rollout = await findNewestRollout(db, deployment.id)
  return {
    release: current.number,
    isChampion: current.routes[0]?.versionId === versionId,
    isUnderWay: rollout !== null && rollout.endedAt === null && rollout.challengerId === versionId,
  }
}
