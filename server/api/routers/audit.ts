import { z } from 'zod'
import { listAudit } from '#db/queries/audit'
import { router, viewerProcedure } from '#server/api/trpc'

const entry = z.object({
  id: z.number(),
  at: z.date(),
  actor: z.string(),
  actorName: z.string(),
  role: z.string(),
  action: z.string(),
  object: z.string(),
  objectId: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  reason: z.string(),
})

/** Who changed what, newest first. */
export const auditRouter = router({
  list: viewerProcedure
    .input(z.object({ search: z.string().max(200).optional(), object: z.string().max(40).optional(), cursor: z.number().nullish() }))
    .output(z.object({ entries: z.array(entry), nextCursor: z.number().nullable() }))
    .query(async ({ ctx, input }) => {
      const limit = 100
      const entries = await listAudit(ctx.house.db, {
        search: input.search,
        object: input.object,
        beforeId: input.cursor ?? undefined,
        limit,
      })
      return { entries, nextCursor: entries.length === limit ? (entries.at(-1)?.id ?? null) : null }
    }),
})
