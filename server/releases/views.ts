import { z } from 'zod'
import { signatureInputSchema } from '#core/model/signature'
import { releaseKinds } from '#core/releases/next-release'

/** What the API says of deployments and releases. */

const kindSchema = z.enum(releaseKinds)
const armSchema = z.object({ versionId: z.string(), version: z.int(), weight: z.int() })
export type ArmView = z.output<typeof armSchema>

export const deploymentLineSchema = z.object({
  id: z.string(),
  name: z.string(),
  model: z.string(),
  release: z.int(),
  kind: kindSchema,
  rollbackOf: z.int().nullable(),
  arms: z.array(armSchema),
  releasedAt: z.date(),
  releasedBy: z.string().nullable(),
  /** Requests a second over the last minutes, test traffic included. */
  perSecond: z.number(),
})
export type DeploymentLine = z.output<typeof deploymentLineSchema>

export const releaseSchema = z.object({
  number: z.int(),
  kind: kindSchema,
  arms: z.array(armSchema),
  rollbackOf: z.int().nullable(),
  lowConfidence: z.number(),
  reason: z.string(),
  by: z.string().nullable(),
  at: z.date(),
})
export type ReleaseView = z.output<typeof releaseSchema>

const liveArmSchema = armSchema.extend({
  /** Since when this version has had traffic here without a break. */
  liveSince: z.date(),
  rows: z.int(),
  perSecond: z.number(),
  p99Ms: z.number().nullable(),
  confidence: z.number().nullable(),
  lowShare: z.number().nullable(),
  errorShare: z.number().nullable(),
})
export type LiveArmView = z.output<typeof liveArmSchema>

export const deploymentSchema = z.object({
  id: z.string(),
  name: z.string(),
  model: z.string(),
  release: releaseSchema,
  arms: z.array(liveArmSchema),
  /** Minutes that the figures of the arms cover. */
  windowMinutes: z.int(),
  history: z.array(releaseSchema),
  /** What one click on "Roll back" brings back; null when there is nothing earlier. */
  rollback: z.object({ release: z.int(), arms: z.array(armSchema) }).nullable(),
  gateways: z.object({ alive: z.int(), inForce: z.int(), problem: z.string().nullable() }),
  keys: z.object({ count: z.int(), lastUsedBy: z.string().nullable(), lastUsedAt: z.date().nullable() }),
  /** What the champion answers. */
  task: z.enum(['classification', 'regression']),
  inputs: z.array(signatureInputSchema),
  gatewayUrl: z.string(),
  /** The champion came with rows that may be replayed. */
  hasSample: z.boolean(),
})
export type DeploymentView = z.output<typeof deploymentSchema>

const factChangeSchema = z.object({ name: z.string(), live: z.string().nullable(), candidate: z.string().nullable() })

export const releaseDiffSchema = z.object({
  /** The number to hand back as `expected`: 0 when the deployment does not exist yet. */
  release: z.int(),
  live: z.object({ versionId: z.string(), version: z.int() }).nullable(),
  candidate: z.object({ versionId: z.string(), version: z.int(), model: z.string() }),
  /** The deployment serves another model, so the candidate cannot go there. */
  problem: z.string().nullable(),
  metrics: z.array(
    z.object({
      name: z.string(),
      live: z.number().nullable(),
      candidate: z.number().nullable(),
      unit: z.string().nullable(),
      verdict: z.enum(['better', 'worse', 'same']).nullable(),
    }),
  ),
  params: z.array(factChangeSchema),
  data: z.array(factChangeSchema),
  signature: z.array(factChangeSchema),
  checks: z.array(z.object({ passes: z.boolean(), sentence: z.string() })),
  canSplit: z.boolean(),
  /** Who may press Deploy. */
  approvers: z.array(z.string()),
})
export type ReleaseDiff = z.output<typeof releaseDiffSchema>

export const releasedSchema = z.object({ deployment: z.string(), release: z.int(), changed: z.boolean() })
