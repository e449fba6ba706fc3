import { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import { releaseDifference } from '#core/releases/difference'
import { findModelOutputs } from '#db/queries/model-outputs'
import { getModelVersion } from '#db/queries/model-versions'
import { lockModel } from '#db/queries/models'
import { analystProcedure, router, viewerProcedure } from '#server/api/trpc'
import { describeModel, describeModels, describeVersion } from '#server/registry/describe-models'
import { acceptSmaller, submitSmaller } from '#server/registry/make-smaller'
import { moveAlias } from '#server/registry/move-alias'
import { registerModel } from '#server/registry/register-model'
import { tryModel } from '#server/registry/try-model'
import { comparisonSchema, modelLineSchema, modelSchema, trialSchema, versionSchema } from '#server/registry/views'
import { versionFacts } from '#server/releases/version-facts'

const nameSchema = z.string().min(1).max(80)
const numberSchema = z.int().positive()
const reasonSchema = z.string().trim().max(500).default('')

/** The registry: models, their versions and aliases. */
export const modelsRouter = router({
  list: viewerProcedure
    .input(z.object({ search: z.string().max(80).default('') }))
    .output(z.array(modelLineSchema))
    .query(({ ctx, input }) => describeModels(ctx.house.db, input)),

  get: viewerProcedure
    .input(z.object({ name: nameSchema }))
    .output(modelSchema)
    .query(({ ctx, input }) => describeModel(ctx.house.db, input.name)),

  version: viewerProcedure
    .input(z.object({ name: nameSchema, number: numberSchema }))
    .output(versionSchema)
    .query(({ ctx, input }) => describeVersion(ctx.house.db, { model: input.name, number: input.number })),

  compare: viewerProcedure
    .input(z.object({ name: nameSchema, left: numberSchema, right: numberSchema }))
    .output(comparisonSchema)
    .query(async ({ ctx, input }) => {
      const [left, right] = await Promise.all(
        [input.left, input.right].map((number) => getModelVersion(ctx.house.db, { model: input.name, number })),
      )
      if (!left || !right) throw new AppError('bug')
      return releaseDifference(versionFacts(left), versionFacts(right))
    }),

  /** Points an alias at a version, or takes it away with `number` null. */
  setAlias: analystProcedure
    .input(z.object({ name: nameSchema, alias: z.string().min(1).max(30), number: numberSchema.nullable(), reason: reasonSchema }))
    .output(z.object({ alias: z.string(), number: numberSchema.nullable() }))
    .mutation(({ ctx, input }) =>
      ctx.house.db.transaction(async (tx) => {
        const version = input.number === null ? null : await getModelVersion(tx, { model: input.name, number: input.number })
        const { id: modelId } = await lockModel(tx, input.name)
        await moveAlias(tx, { modelId, name: input.name, alias: input.alias, version, actor: ctx.actor, reason: input.reason })
        return { alias: input.alias, number: input.number }
      }),
    ),

  /** Registers what a stage of a finished run made, together with the evaluation of it that the run holds. */
  register: analystProcedure
    .input(
      z.object({
        runId: z.uuid(),
        stageId: z.string(),
        name: z
          .string()
          .regex(/^[a-z][a-z0-9-]{0,59}$/, 'A model name is lower-case letters, digits and hyphens, and starts with a letter.'),
        description: reasonSchema,
      }),
    )
    .output(z.object({ name: z.string(), version: numberSchema }))
    .mutation(async ({ ctx, input }) => {
      const { model, report } = await findModelOutputs(ctx.house.db, input)
      const { version } = await registerModel(
        ctx.house,
        { name: input.name, model, report, aliases: [], description: input.description },
        input,
        ctx.actor,
      )
      return { name: input.name, version }
    }),

  /** Orders the version in int8, measured beside what it is; the answer is the job to watch. */
  measureSmaller: analystProcedure
    .input(z.object({ name: nameSchema, number: numberSchema }))
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => submitSmaller(ctx.house, { model: input.name, version: input.number, actor: ctx.actor })),

  /** Registers what such a job made, once somebody has seen its figures. */
  acceptSmaller: analystProcedure
    .input(z.object({ name: nameSchema, number: numberSchema, job: z.uuid() }))
    .output(z.object({ version: numberSchema }))
    .mutation(({ ctx, input }) => acceptSmaller(ctx.house, { model: input.name, version: input.number, job: input.job, actor: ctx.actor })),

  /** One row, answered on the server by the runtime that the gateway uses. */
  tryIt: viewerProcedure
    .input(
      z.object({
        name: nameSchema,
        number: numberSchema,
        row: z.record(z.string(), z.union([z.string().max(1_000_000), z.number(), z.boolean(), z.null()])),
      }),
    )
    .output(trialSchema)
    .mutation(({ ctx, input }) => tryModel(ctx.house, { model: input.name, number: input.number, row: input.row })),
})
