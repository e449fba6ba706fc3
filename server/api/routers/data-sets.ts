import { z } from 'zod'
import { columnSchema, columnStatsSchema } from '#core/ports/columns'
import { loadReportSchema } from '#core/reports/report'
import { writeAudit } from '#db/queries/audit'
import {
  type DataSetVersion,
  getDataSet,
  listDataSets,
  listDataSetUsage,
  listDataSetVersions,
  removeDataSet,
  renameDataSet,
} from '#db/queries/data-sets'
import { analystProcedure, router, viewerProcedure } from '#server/api/trpc'
import { readStats } from '#server/tables/preview-table'

const versionView = z.object({
  id: z.string(),
  number: z.number(),
  status: z.enum(['loading', 'ready', 'failed']),
  fileName: z.string(),
  source: z.string(),
  sourceBytes: z.number(),
  artifact: z.string().nullable(),
  stats: z.string().nullable(),
  rows: z.number().nullable(),
  columns: z.array(columnSchema).nullable(),
  report: loadReportSchema.nullable(),
  error: z.string().nullable(),
  createdAt: z.date(),
})

const idInput = z.object({ id: z.uuid() })

/** Uploaded tables and their immutable versions. Uploading itself is PUT /api/uploads. */
export const dataSetsRouter = router({
  list: viewerProcedure
    .output(
      z.array(z.object({ id: z.string(), name: z.string(), owner: z.string().nullable(), newest: versionView.omit({ report: true }) })),
    )
    .query(async ({ ctx }) => {
      const rows = await listDataSets(ctx.house.db)
      return rows
        .map(({ set, version, owner }) => ({ id: set.id, name: set.name, owner, newest: view(version) }))
        .sort((a, b) => b.newest.createdAt.getTime() - a.newest.createdAt.getTime())
    }),

  get: viewerProcedure
    .input(idInput)
    .output(
      z.object({
        id: z.string(),
        name: z.string(),
        versions: z.array(versionView),
        usedBy: z.array(z.object({ id: z.string(), name: z.string() })),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { db } = ctx.house
      const { id, name } = await getDataSet(db, input.id)
      const [versions, usedBy] = await Promise.all([listDataSetVersions(db, id), listDataSetUsage(db, { id, name })])
      return { id, name, versions: versions.map(view), usedBy }
    }),

  /** Statistics of every column of a version, made when it was loaded. */
  profile: viewerProcedure
    .input(z.object({ stats: z.string().regex(/^[0-9a-f]{64}$/) }))
    .output(z.array(columnStatsSchema))
    .query(({ ctx, input }) => readStats(ctx.house.artifacts, input.stats)),

  rename: analystProcedure
    .input(z.object({ id: z.uuid(), name: z.string().trim().min(1, 'Write a name.').max(120) }))
    .output(z.object({ name: z.string() }))
    .mutation(({ ctx, input }) =>
      ctx.house.db.transaction(async (tx) => {
        const before = await getDataSet(tx, input.id)
        await renameDataSet(tx, input.id, input.name)
        await writeAudit(tx, {
          actor: ctx.actor,
          action: 'data-set.rename',
          object: 'data-set',
          objectId: input.id,
          before: { name: before.name },
          after: { name: input.name },
        })
        return { name: input.name }
      }),
    ),

  remove: analystProcedure
    .input(idInput)
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) =>
      ctx.house.db.transaction(async (tx) => {
        const before = await getDataSet(tx, input.id)
        await removeDataSet(tx, input.id, new Date())
        await writeAudit(tx, {
          actor: ctx.actor,
          action: 'data-set.remove',
          object: 'data-set',
          objectId: input.id,
          before: { name: before.name },
        })
        return { id: input.id }
      }),
    ),
})

function view({
  id,
  number,
  status,
  fileName,
  source,
  sourceBytes,
  artifact,
  stats,
  rows,
  columns,
  report,
  error,
  createdAt,
}: DataSetVersion) {
  return {
    id,
    number,
    status,
    fileName,
    source,
    sourceBytes,
    artifact,
    stats,
    rows,
    columns,
    report,
    error: error?.message ?? null,
    createdAt,
  }
}
