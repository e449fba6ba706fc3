import { z } from 'zod'
import { createApiKey, listApiKeys, revokeApiKey } from '#db/queries/api-keys'
import { writeAudit } from '#db/queries/audit'
import { adminProcedure, router, viewerProcedure } from '#server/api/trpc'
import { newApiKey } from '#server/serving/keys/key-ring'

const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  deployments: z.array(z.string()).nullable(),
  createdAt: z.date(),
  createdBy: z.string().nullable(),
  lastUsedAt: z.date().nullable(),
  revokedAt: z.date().nullable(),
})

/** API keys of the gateway. The secret is in the answer of `create` and nowhere else. */
export const keysRouter = router({
  list: viewerProcedure.output(z.array(keySchema)).query(({ ctx }) => listApiKeys(ctx.house.db)),

  create: adminProcedure
    .input(
      z.object({
        name: z.string().trim().min(1, 'Name the key after who calls, for example helpdesk-prod.').max(80),
        /** Deployments it may call; null for all, those to come included. */
        deployments: z.array(z.string()).min(1, 'Choose at least one deployment, or all.').max(200).nullable(),
      }),
    )
    .output(z.object({ id: z.string(), name: z.string(), secret: z.string() }))
    .mutation(async ({ ctx, input }) => {
      const { secret, hash, prefix } = newApiKey()
      return ctx.house.db.transaction(async (tx) => {
        const key = await createApiKey(tx, { ...input, hash, prefix, createdBy: ctx.actor.id })
        await writeAudit(tx, {
          actor: ctx.actor,
          action: 'key.create',
          object: 'key',
          objectId: key.id,
          after: { name: key.name, deployments: key.deployments },
        })
        return { id: key.id, name: key.name, secret }
      })
    }),

  revoke: adminProcedure
    .input(z.object({ id: z.uuid() }))
    .output(z.object({ id: z.string(), name: z.string() }))
    .mutation(({ ctx, input }) =>
      ctx.house.db.transaction(async (tx) => {
        const key = await revokeApiKey(tx, input.id)
        await writeAudit(tx, { actor: ctx.actor, action: 'key.revoke', object: 'key', objectId: key.id, before: { name: key.name } })
        return { id: key.id, name: key.name }
      }),
    ),
})
