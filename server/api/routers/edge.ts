import { z } from 'zod'
import { deploymentNameSchema } from '#core/releases/deployment-name'
import { findEdgeBundle } from '#db/queries/edge-bundles'
import { leadProcedure, router, viewerProcedure } from '#server/api/trpc'
import { publishEdge } from '#server/edge/publish-edge'

const publishedSchema = z.object({ version: z.int(), release: z.int(), bytes: z.int(), by: z.string().nullable(), at: z.date() })

/** Deployments handed out to answer elsewhere: in a browser, on a page, offline. */
export const edgeRouter = router({
  /** What is published of a deployment; null before the first time. */
  get: viewerProcedure
    .input(z.object({ deployment: deploymentNameSchema }))
    .output(publishedSchema.nullable())
    .query(async ({ ctx, input }) => {
      const published = await findEdgeBundle(ctx.house.db, input.deployment)
      if (!published) return null
      const { bundle, version, by } = published
      const bytes = Object.values(bundle.files).reduce((sum, file) => sum + file.bytes, 0)
      return { version, release: bundle.release, bytes, by, at: bundle.createdAt }
    }),

  /** Publishes the champion of a deployment. */
  publish: leadProcedure
    .input(z.object({ deployment: deploymentNameSchema, reason: z.string().trim().max(500).default('') }))
    .output(z.object({ deployment: z.string(), version: z.int(), bytes: z.int() }))
    .mutation(({ ctx, input }) => publishEdge(ctx.house, { ...input, actor: ctx.actor })),
})
