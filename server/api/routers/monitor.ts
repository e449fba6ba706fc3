import { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import { namedRanges, planRange } from '#core/monitor/range'
import { loggedAnswerSchema, monitorOverviewSchema, monitorViewSchema } from '#core/monitor/views'
import { getMonitored } from '#db/queries/monitor'
import { listPredictions } from '#db/queries/predictions'
import { router, viewerProcedure } from '#server/api/trpc'
import { measureDeployment } from '#server/monitor/measure-deployment'
import { overviewDeployments } from '#server/monitor/overview'

const rangeInput = z.union([
  z.enum(['1h', '6h', '24h', '7d', '30d']),
  /** A fixed stretch of time. */
  z.object({ from: z.date(), to: z.date() }),
])

/** How deployments do, from mergeable roll-ups. */
export const monitorRouter = router({
  overview: viewerProcedure.output(monitorOverviewSchema).query(({ ctx }) => overviewDeployments(ctx.house.db, Date.now())),

  figures: viewerProcedure
    .input(
      z.object({
        deployment: z.string(),
        range: rangeInput,
        /** Only this model version. */
        versionId: z.uuid().optional(),
        includesTest: z.boolean().default(true),
        /** What shadows answered, and nothing that callers got. */
        isShadow: z.boolean().default(false),
      }),
    )
    .output(monitorViewSchema)
    .query(async ({ ctx, input }) => {
      const started = performance.now()
      const now = Date.now()
      const { range } = input
      const [from, to] = typeof range === 'string' ? [now - namedRanges[range], now] : [range.from.getTime(), range.to.getTime()]
      if (from >= to) throw new AppError('bad_request', { detail: 'The range ends before it begins. Choose an end after its start.' })
      const view = await measureDeployment(ctx.house.db, { ...input, plan: planRange(from, to) })
      return { ...view, tookMs: performance.now() - started }
    }),

  /** The newest answers in the prediction log. */
  predictions: viewerProcedure
    .input(
      z.object({
        deployment: z.string(),
        versionId: z.uuid().optional(),
        includesTest: z.boolean().default(true),
        /** Also what shadows answered, which no caller got. */
        includesShadow: z.boolean().default(false),
        limit: z.int().min(1).max(200).default(20),
      }),
    )
    .output(z.array(loggedAnswerSchema))
    .query(async ({ ctx, input: { deployment, ...filter } }) => {
      const { id } = await getMonitored(ctx.house.db, deployment)
      const rows = await listPredictions(ctx.house.db, { ...filter, deploymentId: id })
      return rows.map(({ number, inputHash, source, shadow, versionId: _, ...row }) => ({
        ...row,
        version: number,
        hasHash: inputHash !== null,
        isEdge: source === 'edge',
        isShadow: shadow,
      }))
    }),
})
