import { z } from 'zod'
import { deploymentNameSchema } from '#core/releases/deployment-name'
import { leadProcedure, router, viewerProcedure } from '#server/api/trpc'
import { deployVersion, promote, rollBack, setShare } from '#server/releases/change-release'
import { describeDifference } from '#server/releases/describe-deployments'
import { releaseDiffSchema, releasedSchema } from '#server/releases/views'

const change = {
  deployment: deploymentNameSchema,
  /** The release that the caller has seen; 0 for none. When another one is in force by now, nothing happens. */
  expected: z.int().min(0),
  reason: z.string().trim().max(500).default(''),
}

/** Changes of what a deployment serves. Each makes a new release; none edits an old one. */
export const releasesRouter = router({
  diff: viewerProcedure
    .input(z.object({ deployment: deploymentNameSchema, versionId: z.uuid() }))
    .output(releaseDiffSchema)
    .query(({ ctx, input }) => describeDifference(ctx.house.db, input)),

  deploy: leadProcedure
    .input(z.object({ ...change, versionId: z.uuid(), share: z.int().min(1).max(100), lowConfidence: z.number().min(0).max(1).optional() }))
    .output(releasedSchema)
    .mutation(({ ctx, input: { lowConfidence, ...input } }) =>
      deployVersion(ctx.house.db, { ...input, actor: ctx.actor, ...(lowConfidence === undefined ? {} : { lowConfidence }) }),
    ),

  setShare: leadProcedure
    .input(z.object({ ...change, share: z.int().min(0).max(100) }))
    .output(releasedSchema)
    .mutation(({ ctx, input }) => setShare(ctx.house.db, { ...input, actor: ctx.actor })),

  promote: leadProcedure
    .input(z.object(change))
    .output(releasedSchema)
    .mutation(({ ctx, input }) => promote(ctx.house.db, { ...input, actor: ctx.actor })),

  rollback: leadProcedure
    .input(z.object({ ...change, to: z.int().positive().optional() }))
    .output(releasedSchema)
    .mutation(({ ctx, input: { to, ...input } }) =>
      rollBack(ctx.house.db, { ...input, actor: ctx.actor, ...(to === undefined ? {} : { to }) }),
    ),
})
