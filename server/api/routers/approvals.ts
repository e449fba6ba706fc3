import { z } from 'zod'
import { approvalViewSchema } from '#core/runs/views'
import { listApprovals } from '#db/queries/approvals'
import { router, viewerProcedure } from '#server/api/trpc'
import { answerApproval } from '#server/engine/answer-approval'

/** Questions that runs wait on. */
export const approvalsRouter = router({
  list: viewerProcedure
    .input(z.object({ runId: z.uuid().optional(), open: z.boolean().default(true), limit: z.int().min(1).max(200).default(50) }))
    .output(z.array(approvalViewSchema))
    .query(({ ctx, input }) => listApprovals(ctx.house.db, input)),

  /** Needs the role that the stage names, or above. */
  decide: viewerProcedure
    .input(z.object({ id: z.uuid(), decision: z.enum(['approve', 'reject']), note: z.string().trim().max(500).default('') }))
    .output(approvalViewSchema)
    .mutation(({ ctx, input }) => answerApproval(ctx.house, { ...input, actor: ctx.actor, decidedBy: ctx.actor.id })),
})
