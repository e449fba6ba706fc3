import { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import { writeAudit } from '#db/queries/audit'
import { listSecrets, removeSecret, setSecret } from '#db/queries/secrets'
import { adminProcedure, router, viewerProcedure } from '#server/api/trpc'
import { secretKey } from '#server/secret-key'
import { seal } from '#server/secrets/seal'

const nameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'A name is lower-case letters, digits and hyphens, at most 40, and starts with a letter.')

/** Named values that stages may read. They can be replaced and removed, never shown. */
export const secretsRouter = router({
  list: viewerProcedure
    .output(z.array(z.object({ name: z.string(), createdBy: z.string().nullable(), createdAt: z.date() })))
    .query(({ ctx }) => listSecrets(ctx.house.db)),

  set: adminProcedure
    .input(z.object({ name: nameSchema, value: z.string().min(1, 'Write a value.').max(10_000) }))
    .output(z.object({ name: z.string() }))
    .mutation(({ ctx, input }) =>
      ctx.house.db.transaction(async (tx) => {
        await setSecret(tx, { name: input.name, value: seal(input.value, secretKey(ctx.house.env)), createdBy: ctx.actor.name })
        await writeAudit(tx, { actor: ctx.actor, action: 'secret.set', object: 'secret', objectId: input.name })
        return { name: input.name }
      }),
    ),

  remove: adminProcedure
    .input(z.object({ name: z.string() }))
    .output(z.object({ name: z.string() }))
    .mutation(({ ctx, input }) =>
      ctx.house.db.transaction(async (tx) => {
        if (!(await removeSecret(tx, input.name))) throw new AppError('not_found', { detail: `There is no secret "${input.name}".` })
        await writeAudit(tx, { actor: ctx.actor, action: 'secret.remove', object: 'secret', objectId: input.name })
        return { name: input.name }
      }),
    ),
})
