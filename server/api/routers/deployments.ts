import { z } from 'zod'
import { batchSourceSchema, batchWishSchema } from '#core/batch/order'
import { hashSchema } from '#core/ports/kinds'
import { deploymentNameSchema } from '#core/releases/deployment-name'
import { deploymentSettingsSchema } from '#core/releases/deployment-settings'
import { countVersions } from '#db/queries/deployments'
import { analystProcedure, leadProcedure, router, viewerProcedure } from '#server/api/trpc'
import { submitBatch } from '#server/batch/submit-batch'
import { configureDeployment } from '#server/releases/configure-deployment'
import { describeDeployment } from '#server/releases/describe-deployment'
import { describeDeployments } from '#server/releases/describe-deployments'
import { deploymentLineSchema, deploymentSchema } from '#server/releases/views'
import { answerSchema } from '#server/traffic/gateway-client'
import { ownGateway } from '#server/traffic/send-traffic'
import { submitTraffic } from '#server/traffic/submit-traffic'

const name = deploymentNameSchema
const dataSetRowsSchema = z.object({ dataSet: z.string().min(1), version: z.int().positive().optional() })

/** Named endpoints: what each serves, how it does, and trying it out. What changes them are releases. */
export const deploymentsRouter = router({
  list: viewerProcedure.output(z.object({ deployments: z.array(deploymentLineSchema), versions: z.int() })).query(async ({ ctx }) => ({
    deployments: await describeDeployments(ctx.house.db, new Date()),
    versions: await countVersions(ctx.house.db),
  })),

  get: viewerProcedure
    .input(z.object({ name }))
    .output(deploymentSchema)
    .query(({ ctx, input }) =>
      describeDeployment(ctx.house.db, { name: input.name, gatewayUrl: ctx.house.env.gatewayUrl, now: new Date(), actor: ctx.actor }),
    ),

  /** What holds whatever is served: what the prediction log keeps, and whether a second person approves releases. */
  configure: leadProcedure
    .input(z.object({ name, settings: deploymentSettingsSchema, reason: z.string().trim().max(500).default('') }))
    .output(z.object({ name: z.string() }))
    .mutation(({ ctx, input }) => configureDeployment(ctx.house.db, { ...input, actor: ctx.actor })),

  /** One record through the gateway, marked as test traffic. */
  predict: analystProcedure
    .input(z.object({ name, record: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])) }))
    .output(answerSchema)
    .mutation(async ({ ctx, input }) => answerSchema.parse(await ownGateway(ctx.house).predict(input.name, input.record, { test: true }))),

  /** Orders a replay of rows as test traffic; the answer is the job to watch. */
  sendTraffic: analystProcedure
    .input(
      z.object({
        name,
        /** A table artifact, for example of a data set version; null for the sample of the champion. */
        table: hashSchema.nullable(),
        rate: z.number().min(0.1).max(2_000),
        count: z.int().min(1).max(100_000),
        shifts: z.array(z.string().trim().min(1).max(500)).max(20),
      }),
    )
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input: { name: deployment, ...order } }) => submitTraffic(ctx.house, { deployment, ...order }, ctx.actor)),

  /** Orders answers to every row of a table of any size; the answer is the job to watch. */
  batch: analystProcedure
    .input(z.object({ name, rows: z.union([dataSetRowsSchema, batchSourceSchema]), wish: batchWishSchema }))
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input: { name: deployment, rows, wish } }) =>
      submitBatch(ctx.house, { by: { deployment }, rows, wish, actor: ctx.actor }),
    ),
})
