import { AppError } from '#core/errors/app-error'
import type { Db } from '#db/client'
import { type AuditActor, systemActor } from '#db/queries/audit'
import { deployVersion } from './change-release'

/**
 * The Deploy stage's call: serves a registered version with all traffic. A repeated call for the version that is already
 * live makes no new release, so a stage that runs again after a lost process changes nothing.
 */
export async function deployModel(
  db: Db,
  input: { deployment: string; versionId: string; lowConfidence: number; reason: string; actor?: AuditActor },
): Promise<{ release: number }> {
  if (input.deployment === '')
    throw new AppError('bad_params', { detail: 'Name the deployment, for example email-triage.', hint: { param: 'deployment' } })
  const { release } = await deployVersion(db, { ...input, actor: input.actor ?? systemActor, share: 100 })
  return { release }
}
