import { z } from 'zod'
import { keyLimitsSchema, newKeySchema } from '#core/keys/key-limits'
import { overlapIds } from '#core/keys/key-status'
import { keyLineSchema, keyUsageViewSchema } from '#core/keys/key-views'
import { adminProcedure, router, viewerProcedure } from '#server/api/trpc'
import { changeKeyLimits, endKey, makeKey, rotateKey } from '#server/serving/keys/manage-keys'
import { listKeys, readKeyUsage } from '#server/serving/keys/read-keys'

const namedSchema = z.object({ id: z.string(), name: z.string() })
const madeSchema = namedSchema.extend({ prefix: z.string(), secret: z.string(), expiresAt: z.date().nullable() })

/** API keys of the gateway. The secret is in the answer of `create` and `rotate` and nowhere else. */
export const keysRouter = router({
  list: viewerProcedure.output(z.array(keyLineSchema)).query(({ ctx }) => listKeys(ctx.house.db, new Date())),

  usage: viewerProcedure
    .input(z.object({ id: z.uuid(), days: z.int().min(1).max(365).default(30) }))
    .output(keyUsageViewSchema)
    .query(({ ctx, input }) => readKeyUsage(ctx.house.db, { ...input, now: new Date() })),

  create: adminProcedure
    .input(newKeySchema)
    .output(madeSchema)
    .mutation(({ ctx, input }) => makeKey(ctx.house.db, { actor: ctx.actor, key: input, now: new Date() })),

  rotate: adminProcedure
    .input(z.object({ id: z.uuid(), overlap: z.enum(overlapIds), expiresAt: z.date().nullable().optional() }))
    .output(madeSchema.extend({ oldEndsAt: z.date() }))
    .mutation(({ ctx, input }) => rotateKey(ctx.house.db, { actor: ctx.actor, rotation: input, now: new Date() })),

  setLimits: adminProcedure
    .input(z.object({ id: z.uuid(), limits: keyLimitsSchema }))
    .output(namedSchema)
    .mutation(({ ctx, input }) => changeKeyLimits(ctx.house.db, { actor: ctx.actor, ...input })),

  revoke: adminProcedure
    .input(z.object({ id: z.uuid() }))
    .output(namedSchema)
    .mutation(({ ctx, input }) => endKey(ctx.house.db, { actor: ctx.actor, id: input.id })),
})
