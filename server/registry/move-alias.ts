import { AppError } from '#core/errors/app-error'
import { hasRole, roles } from '#core/people/roles'
import type { Db } from '#db/client'
import { type AuditActor, systemActor, writeAudit } from '#db/queries/audit'
import { createAlias, listAliases } from '#db/queries/models'

/** Aliases are words in `model@alias`. */
const aliasName = /^[a-z][a-z0-9-]{0,29}$/

/**
 * Points an alias at a version, or takes it away with `version` null. Only a real move adds to the history and the audit
 * log. Who is champion is a lead's decision, except for the first one.
 */
export async function moveAlias(
  tx: Db,
  {
    modelId,
    name,
    alias,
    version,
    actor,
    reason,
  }: {
    modelId: string
    name: string
    alias: string
    version: { id: string; number: number } | null
    actor: AuditActor
    reason: string
  },
): Promise<void> {
  if (!aliasName.test(alias)) {
    throw new AppError('bad_params', {
      detail: `"${alias}" cannot be an alias: use lower-case letters, digits and hyphens, at most 30, a letter first.`,
      hint: { param: 'alias' },
    })
  }
  const before = (await listAliases(tx, modelId)).find((entry) => entry.alias === alias)
  if ((before?.versionId ?? null) === (version?.id ?? null)) return
  if (alias === 'champion' && before && !hasRole(roles.find((role) => role === actor.role) ?? 'viewer', 'lead')) {
    throw new AppError('forbidden', {
      detail: `The champion of ${name} is v${before.number}, and only a lead may put another in its place. Use the alias challenger, and ask a lead.`,
      hint: { param: 'alias', fix: { label: 'Use challenger', kind: 'set-param', value: 'challenger' } },
    })
  }
  await createAlias(tx, { modelId, alias, versionId: version?.id ?? null, setBy: actor === systemActor ? null : actor.id, reason })
  await writeAudit(tx, {
    actor,
    action: version ? 'alias.set' : 'alias.remove',
    object: 'model',
    objectId: name,
    before: before ? { alias, version: before.number } : null,
    after: version ? { alias, version: version.number } : null,
    reason,
  })
}
