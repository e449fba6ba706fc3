import { AppError } from '#core/errors/app-error'
import { hasRole } from '#core/people/roles'
import { type DeploymentSettings, deploymentSettingsSchema } from '#core/releases/deployment-settings'
import { isSameValue } from '#core/releases/same-value'
import type { Db } from '#db/client'
import { writeAudit } from '#db/queries/audit'
import { lockDeployment, setDeploymentSettings } from '#db/queries/deployments'
import type { Actor } from '#server/api/trpc'

/**
 * Changes what holds for a deployment whatever it serves, and tells the gateways. Any lead may ask for four eyes; only an admin may
 * do without them again, or the first pair could simply close the second.
 */
export async function configureDeployment(
  db: Db,
  { name, settings, reason, actor }: { name: string; settings: DeploymentSettings; reason: string; actor: Actor },
): Promise<{ name: string }> {
  return db.transaction(async (tx) => {
    const deployment = await lockDeployment(tx, { name })
    const before = deploymentSettingsSchema.parse(deployment.settings)
    if (isSameValue(before, settings)) return { name }
    if (before.fourEyes && !settings.fourEyes && !hasRole(actor.role, 'admin')) {
      throw new AppError('forbidden', {
        detail: `${name} wants a second person for releases, and only an admin can switch that off. Ask one, under Settings, Users.`,
      })
    }
    await setDeploymentSettings(tx, { id: deployment.id, settings })
    await writeAudit(tx, { actor, action: 'deployment.configure', object: 'deployment', objectId: name, before, after: settings, reason })
    return { name }
  })
}
