import { z } from 'zod'
import { countReviewItems, listReviewItems } from '#db/queries/review-items'
import { router, viewerProcedure } from '#server/api/trpc'

const reviewItem = z.object({
  predictionId: z.string(),
  deployment: z.string(),
  versionId: z.string(),
  reason: z.enum(['low-confidence']),
  /** As the model saw it. */
  input: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  label: z.string().nullable(),
  confidence: z.number().nullable(),
  at: z.date(),
})

/** Answers that a person should look at. */
export const reviewsRouter = router({
  /** Open items, those that wait longest first. */
  list: viewerProcedure
    .input(z.object({ deployment: z.string().optional(), limit: z.int().min(1).max(200).default(50) }))
    .output(z.array(reviewItem))
    .query(({ ctx, input }) => listReviewItems(ctx.house.db, input)),

  /** How many items are open, by deployment; deployments without any are left out. */
  count: viewerProcedure
    .input(z.object({ deployment: z.string().optional() }).default({}))
    .output(z.array(z.object({ deployment: z.string(), open: z.int() })))
    .query(({ ctx, input }) => countReviewItems(ctx.house.db, input)),
})
