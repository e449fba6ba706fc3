import { tracked } from '@trpc/server'
import { z } from 'zod'
import { isFinal } from '#core/runs/status'
import { jobViewSchema } from '#core/runs/views'
import { getJob, listJobs } from '#db/queries/jobs'
import { analystProcedure, router, viewerProcedure } from '#server/api/trpc'
import { stopJob } from '#server/engine/stop-job'
import { submitVerification } from '#server/engine/verify-model'
import { watchJob } from '#server/engine/watch-jobs'

const id = z.uuid('This is not the id of a job.')

/** Durable work that is not a run: loading an upload, sending test traffic, verifying a model. */
export const jobsRouter = router({
  get: viewerProcedure
    .input(z.object({ id }))
    .output(jobViewSchema)
    .query(({ ctx, input }) => getJob(ctx.house.db, input.id)),

  list: viewerProcedure
    .input(
      z.object({
        kind: jobViewSchema.shape.kind.optional(),
        subject: z.string().optional(),
        open: z.boolean().default(false),
        limit: z.int().min(1).max(100).default(20),
      }),
    )
    .output(z.array(jobViewSchema))
    .query(({ ctx, input }) => listJobs(ctx.house.db, input)),

  /** The job whenever it changes; ends with it. */
  watch: viewerProcedure.input(z.object({ id, lastEventId: z.string().nullish() })).subscription(async function* ({ ctx, input, signal }) {
    let n = 0
    for await (const job of watchJob(ctx.house, input.id, signal ?? new AbortController().signal)) {
      n += 1
      yield tracked(`${n}`, job)
      if (isFinal(job.status)) return
    }
  }),

  cancel: analystProcedure
    .input(z.object({ id }))
    .output(z.object({ cancelled: z.boolean() }))
    .mutation(async ({ ctx, input }) => ({ cancelled: await stopJob(ctx.house, input.id, ctx.actor) })),

  /** Trains a registered model again from its stored artifacts and compares the hashes of both files; the answer is the job's result. */
  verify: analystProcedure
    .input(z.object({ model: z.string().min(1), version: z.int().positive() }))
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => submitVerification(ctx.house, { ...input, actor: ctx.actor, createdBy: ctx.actor.id })),
})
