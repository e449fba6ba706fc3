import { z } from 'zod'
import { findByName } from '#db/queries/find'
import { router, viewerProcedure } from '#server/api/trpc'

/** What the command palette searches. */
export const findRouter = router({
  byName: viewerProcedure
    .input(z.object({ search: z.string().max(200) }))
    .output(z.array(z.object({ kind: z.enum(['workflow', 'dataSet', 'model', 'deployment']), name: z.string(), href: z.string() })))
    .query(async ({ ctx, input }) => {
      const found = await findByName(ctx.house.db, { search: input.search, limit: 6 })
      return found.map(({ kind, id, name }) => ({ kind, name, href: hrefOf(kind, id, name) }))
    }),
})

function hrefOf(kind: 'workflow' | 'dataSet' | 'model' | 'deployment', id: string, name: string): string {
  switch (kind) {
    case 'workflow':
      return `/workflows/${id}`
    case 'dataSet':
      return `/data/${id}`
    case 'model':
      return `/models/${encodeURIComponent(name)}`
    case 'deployment':
      return `/deployments/${encodeURIComponent(name)}`
  }
}
