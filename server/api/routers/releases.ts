import { z } from 'zod'
import { deploymentNameSchema } from '#core/releases/deployment-name'
import { settingsPatchSchema } from '#core/releases/settings'
import { strategySchema } from '#core/releases/strategy'
import { leadProcedure, router, viewerProcedure } from '#server/api/trpc'
import { changeRelease } from '#server/releases/change-release'
import { approveRequest, refuseRequest, withdrawRequest } from '#server/releases/decide-requests'
import { describeDifference } from '#server/releases/describe-difference'
import { releaseDiffSchema, releasedSchema } from '#server/releases/views'

const change = {
  deployment: deploymentNameSchema,
  /** The release that the caller has seen; 0 for none. When another one is in force by now, nothing happens. */
  expected: z.int().min(0),
  reason: z.string().trim().max(500).default(''),
}
const wish = { settings: settingsPatchSchema.optional(), lowConfidence: z.number().min(0).max(1).optional() }
const decision = z.object({ id: z.uuid(), note: z.string().trim().max(500).default('') })

/** Changes of what a deployment serves, and of the rollout under way on it. Each makes a new release; none edits an old one. */
export const releasesRouter = router({
  diff: viewerProcedure
    .input(z.object({ deployment: deploymentNameSchema, versionId: z.uuid() }))
    .output(releaseDiffSchema)
    .query(({ ctx, input }) => describeDifference(ctx.house, { ...input, actor: ctx.actor })),

  /** By a strategy, or by hand with a `share` that nobody judges, or with neither all at once. Ends a rollout under way. */
  deploy: leadProcedure
    .input(
      z.object({ ...change, versionId: z.uuid(), strategy: strategySchema.optional(), share: z.int().min(1).max(100).optional(), ...wish }),
    )
    .output(releasedSchema)
    .mutation(({ ctx, input }) => changeRelease(ctx.house.db, { kind: 'deploy', ...input }, ctx)),

  /** Moves the challenger's share by hand; 0 rolls back, 100 promotes. A rollout that moves by itself is held by it. */
  setShare: leadProcedure
    .input(z.object({ ...change, share: z.int().min(0).max(100) }))
    .output(releasedSchema)
    .mutation(({ ctx, input }) => changeRelease(ctx.house.db, { kind: 'share', ...input }, ctx)),

  promote: leadProcedure
    .input(z.object(change))
    .output(releasedSchema)
    .mutation(({ ctx, input }) => changeRelease(ctx.house.db, { kind: 'promote', ...input }, ctx)),

  rollback: leadProcedure
    .input(z.object({ ...change, to: z.int().positive().optional() }))
    .output(releasedSchema)
    .mutation(({ ctx, input }) => changeRelease(ctx.house.db, { kind: 'rollback', ...input }, ctx)),

  hold: leadProcedure
    .input(z.object(change))
    .output(releasedSchema)
    .mutation(({ ctx, input }) => changeRelease(ctx.house.db, { kind: 'hold', ...input }, ctx)),

  /** Lets a rollout that is held, or that asks, go on. */
  resume: leadProcedure
    .input(z.object(change))
    .output(releasedSchema)
    .mutation(({ ctx, input }) => changeRelease(ctx.house.db, { kind: 'resume', ...input }, ctx)),

  setAutomatic: leadProcedure
    .input(z.object({ ...change, automatic: z.boolean() }))
    .output(releasedSchema)
    .mutation(({ ctx, input }) => changeRelease(ctx.house.db, { kind: 'automatic', ...input }, ctx)),

  /** The same versions, served otherwise. */
  settings: leadProcedure
    .input(z.object({ ...change, ...wish }))
    .output(releasedSchema)
    .mutation(({ ctx, input }) => changeRelease(ctx.house.db, { kind: 'settings', ...input }, ctx)),

  approve: leadProcedure
    .input(decision)
    .output(releasedSchema)
    .mutation(({ ctx, input }) => approveRequest(ctx.house.db, { ...input, actor: ctx.actor })),

  refuse: leadProcedure
    .input(decision)
    .output(releasedSchema)
    .mutation(({ ctx, input }) => refuseRequest(ctx.house.db, { ...input, actor: ctx.actor })),

  withdraw: leadProcedure
    .input(decision)
    .output(releasedSchema)
    .mutation(({ ctx, input }) => withdrawRequest(ctx.house.db, { ...input, actor: ctx.actor })),
})
