import { z } from 'zod'
import { hashSchema } from '#core/ports/kinds'
import { deploymentNameSchema } from '#core/releases/deployment-name'
import { countVersions } from '#db/queries/deployments'
import { analystProcedure, router, viewerProcedure } from '#server/api/trpc'
import { describeDeployment, describeDeployments } from '#server/releases/describe-deployments'
import { deploymentLineSchema, deploymentSchema } from '#server/releases/views'
import { answerSchema } from '#server/traffic/gateway-client'
import { ownGateway } from '#server/traffic/send-traffic'
import { submitTraffic } from '#server/traffic/submit-traffic'

const name = deploymentNameSchema

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
      describeDeployment(ctx.house.db, { name: input.name, gatewayUrl: ctx.house.env.gatewayUrl, now: new Date() }),
    ),

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
})
