import { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import { graphSchema } from '#core/graph/graph'
import { withPlaces } from '#core/graph/layers'
import { countPairs } from '#core/graph/pairs'
import { graphOfFile, readWorkflowFile, writeWorkflowFile } from '#core/graph/workflow-file'
import { instantiateTemplate } from '#core/templates/templates'
import { writeAudit } from '#db/queries/audit'
import { getNewestVersion, getVersion, listVersions } from '#db/queries/workflow-versions'
import { getWorkflow, listRecentGraphs, updateWorkflow } from '#db/queries/workflows'
import { analystProcedure, router, viewerProcedure } from '#server/api/trpc'
import { listCards } from '#server/workflows/list-cards'
import { restoreVersion, saveWorkflow, startWorkflow } from '#server/workflows/save-workflow'
import { savedSchema, versionLineSchema, versionSchema, workflowCardSchema, workflowSchema } from '#server/workflows/views'

const idSchema = z.uuid('This is not the id of a workflow.')
const nameSchema = z.string().trim().min(1, 'Give the workflow a name.').max(120, 'A name has at most 120 characters.')
const number = z.int().positive()

/** Workflows, their versions, and saving them. */
export const workflowsRouter = router({
  list: viewerProcedure
    .input(z.object({ search: z.string().max(120).default(''), show: z.enum(['all', 'mine', 'live']).default('all') }))
    .output(z.array(workflowCardSchema))
    .query(({ ctx, input }) => listCards(ctx.house.db, { ...input, actorId: ctx.actor.id })),

  get: viewerProcedure
    .input(z.object({ id: idSchema }))
    .output(workflowSchema)
    .query(async ({ ctx, input }) => {
      const [workflow, newest] = await Promise.all([getWorkflow(ctx.house.db, input.id), getNewestVersion(ctx.house.db, input.id)])
      return { ...workflow, newest }
    }),

  create: analystProcedure
    .input(
      z.object({
        name: nameSchema.optional(),
        description: z.string().max(2000).optional(),
        /** Start from this template; blank without one. */
        template: z.string().max(80).optional(),
        /** What the template asks for, by name. */
        answers: z.record(z.string(), z.string()).default({}),
      }),
    )
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => {
      const { name, graph } = instantiateTemplate(input.template ?? 'blank', input.answers)
      return startWorkflow(ctx.house.db, {
        name: input.name ?? name,
        description: input.description,
        template: input.template,
        graph: withPlaces(graph),
        actor: ctx.actor,
        ownerId: ctx.actor.id,
      })
    }),

  /** Makes a workflow of a file as `stageline export` and the canvas write it. */
  importFile: analystProcedure
    .input(z.object({ text: z.string().max(8 * 1024 * 1024), fileName: z.string().max(200).default('The file') }))
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => {
      const file = readWorkflowFile(input.text, input.fileName)
      return startWorkflow(ctx.house.db, {
        name: file.name,
        description: file.description,
        graph: withPlaces(graphOfFile(file)),
        actor: ctx.actor,
        ownerId: ctx.actor.id,
      })
    }),

  /** The newest version as a file for review in git. */
  exportFile: viewerProcedure
    .input(z.object({ id: idSchema, positions: z.boolean().default(true) }))
    .output(z.object({ name: z.string(), text: z.string() }))
    .query(async ({ ctx, input }) => {
      const [{ name, description }, { graph }] = await Promise.all([
        getWorkflow(ctx.house.db, input.id),
        getNewestVersion(ctx.house.db, input.id),
      ])
      return { name, text: writeWorkflowFile({ name, description, graph }, { positions: input.positions }) }
    }),

  save: analystProcedure
    .input(z.object({ id: idSchema, baseNumber: number, graph: graphSchema, summary: z.string().max(400).optional() }))
    .output(savedSchema)
    .mutation(async ({ ctx, input }) => {
      const workflow = await getWorkflow(ctx.house.db, input.id)
      if (workflow.archivedAt)
        throw new AppError('conflict', { detail: `${workflow.name} is archived. Bring it back before you change it.` })
      return saveWorkflow(ctx.house.db, { ...input, actor: ctx.actor })
    }),

  /** The number of the newest version: what an open tab asks to see whether somebody else saved. */
  head: viewerProcedure
    .input(z.object({ id: idSchema }))
    .output(z.object({ number, by: z.string().nullable(), at: z.date() }))
    .query(async ({ ctx, input }) => {
      const newest = await getNewestVersion(ctx.house.db, input.id)
      return { number: newest.number, by: newest.authorName, at: newest.createdAt }
    }),

  versions: viewerProcedure
    .input(z.object({ id: idSchema, cursor: number.nullish() }))
    .output(z.object({ versions: z.array(versionLineSchema), nextCursor: number.nullable() }))
    .query(async ({ ctx, input }) => {
      const limit = 200
      const versions = await listVersions(ctx.house.db, { workflowId: input.id, before: input.cursor ?? undefined, limit })
      return { versions, nextCursor: versions.length === limit ? (versions.at(-1)?.number ?? null) : null }
    }),

  version: viewerProcedure
    .input(z.object({ id: idSchema, number }))
    .output(versionSchema)
    .query(({ ctx, input }) => getVersion(ctx.house.db, { workflowId: input.id, number: input.number })),

  restore: analystProcedure
    .input(z.object({ id: idSchema, number }))
    .output(savedSchema.extend({ graph: graphSchema }))
    .mutation(({ ctx, input }) => restoreVersion(ctx.house.db, { ...input, actor: ctx.actor })),

  rename: analystProcedure
    .input(z.object({ id: idSchema, name: nameSchema, description: z.string().max(2000).optional() }))
    .output(z.object({ name: z.string() }))
    .mutation(({ ctx, input }) =>
      ctx.house.db.transaction(async (tx) => {
        const before = await getWorkflow(tx, input.id)
        const change = { name: input.name, ...(input.description !== undefined && { description: input.description }) }
        await updateWorkflow(tx, input.id, change)
        await writeAudit(tx, {
          actor: ctx.actor,
          action: 'workflow.rename',
          object: 'workflow',
          objectId: input.id,
          before: { name: before.name, description: before.description },
          after: change,
        })
        return { name: input.name }
      }),
    ),

  archive: analystProcedure
    .input(z.object({ id: idSchema, archived: z.boolean().default(true) }))
    .output(z.object({ archived: z.boolean() }))
    .mutation(({ ctx, input }) =>
      ctx.house.db.transaction(async (tx) => {
        const before = await getWorkflow(tx, input.id)
        await updateWorkflow(tx, input.id, { archivedAt: input.archived ? new Date() : null })
        await writeAudit(tx, {
          actor: ctx.actor,
          action: input.archived ? 'workflow.archive' : 'workflow.unarchive',
          object: 'workflow',
          objectId: input.id,
          after: { name: before.name },
        })
        return { archived: input.archived }
      }),
    ),

  /** How often ports are joined in the workflows of this house; orders the menu at the end of a free connection. */
  pairs: viewerProcedure
    .output(z.record(z.string(), z.int()))
    .query(async ({ ctx }) => countPairs(await listRecentGraphs(ctx.house.db, 500))),
})
