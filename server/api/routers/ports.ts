import { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import { hashSchema } from '#core/ports/kinds'
import { reportSchema } from '#core/reports/report'
import { previewSchema } from '#core/runs/views'
import { router, viewerProcedure } from '#server/api/trpc'
import { previewTable, readStats } from '#server/tables/preview-table'

/** What lies on the ports of a run: rows of tables, figures of reports. */
export const portsRouter = router({
  /** Some rows of a table of any size and, when asked by their hash, the statistics made when it was written. */
  preview: viewerProcedure
    .input(
      z.object({
        artifact: hashSchema,
        stats: hashSchema.optional(),
        offset: z.int().min(0).default(0),
        limit: z.int().min(1).max(100).default(100),
      }),
    )
    .output(previewSchema)
    .query(async ({ ctx, input }) => {
      const began = performance.now()
      const { artifacts } = ctx.house
      const [page, stats] = await Promise.all([
        previewTable(artifacts, input.artifact, { offset: input.offset, limit: input.limit }),
        input.stats ? readStats(artifacts, input.stats) : [],
      ])
      return { ...page, stats, ms: Math.round(performance.now() - began) }
    }),

  report: viewerProcedure
    .input(z.object({ artifact: hashSchema }))
    .output(reportSchema)
    .query(async ({ ctx, input }) => {
      const text = new TextDecoder().decode(await ctx.house.artifacts.read(input.artifact))
      const report = reportSchema.safeParse(JSON.parse(text))
      if (!report.success) throw new AppError('not_found', { detail: 'This report is of an older form. Run the stage again.' })
      return report.data
    }),
})
