import { z } from 'zod'
import { signatureInputSchema } from '#core/model/signature'
import { deploymentSettingsSchema } from '#core/releases/deployment-settings'
import { healthStates } from '#core/releases/health'
import { verdictSchema } from '#core/releases/measured'
import { releaseKinds } from '#core/releases/next-release'
import { rolloutStatuses } from '#core/releases/rollout'
import { releaseSettingsSchema } from '#core/releases/settings'
import { strategySchema } from '#core/releases/strategy'

/** What the API says of deployments and releases. */

const kindSchema = z.enum(releaseKinds)
const strategyKindSchema = z.enum(strategySchema.options.map((option) => option.shape.kind.value))
const namedVersionSchema = z.object({ versionId: z.string(), version: z.int() })
const versionSchema = z.object({ id: z.string(), number: z.int() })
const armSchema = namedVersionSchema.extend({ weight: z.int() })
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
  reason: z.string(),
  /** When the deployment was made. */
  createdAt: z.date(),
  /** Requests a second over the last minutes, test traffic included. */
  perSecond: z.number(),
  /** Requests of each of the last 30 minutes, oldest first, test traffic included. */
  perMinute: z.array(z.int()),
  health: z.object({ state: z.enum(healthStates), sentence: z.string() }),
  /** Under way. */
  rollout: z
    .object({
      kind: strategyKindSchema,
      status: z.enum(['running', 'held', 'asking']),
      step: z.int(),
      /** Percent that the challenger has now; of a shadow that is copied. */
      share: z.int().nullable(),
      sentence: z.string(),
    })
    .nullable(),
})
export type DeploymentLine = z.output<typeof deploymentLineSchema>

const figuresSchema = z.object({
  rows: z.int(),
  errorShare: z.number().nullable(),
  p99Ms: z.number().nullable(),
  confidence: z.number().nullable(),
  lowShare: z.number().nullable(),
})

export const releaseSchema = z.object({
  number: z.int(),
  kind: kindSchema,
  arms: z.array(armSchema),
  rollbackOf: z.int().nullable(),
  /** The rollout that it is a step of. */
  rolloutId: z.string().nullable(),
  lowConfidence: z.number(),
  settings: releaseSettingsSchema,
  reason: z.string(),
  by: z.string().nullable(),
  at: z.date(),
})
export type ReleaseView = z.output<typeof releaseSchema>

const historySchema = releaseSchema.extend({
  /** When the next one took over; null while it is in force. */
  until: z.date().nullable(),
  /** With what each did while the release was in force. */
  arms: z.array(armSchema.extend(figuresSchema.shape)),
})
export type HistoryEntry = z.output<typeof historySchema>

const liveArmSchema = armSchema.extend({
  /** Since when this version has had traffic here without a break. */
  liveSince: z.date(),
  perSecond: z.number(),
  ...figuresSchema.shape,
})
export type LiveArmView = z.output<typeof liveArmSchema>

export const rolloutSchema = z.object({
  id: z.string(),
  strategy: strategySchema,
  status: z.enum(rolloutStatuses),
  /** Whether it steps, promotes and rolls back by itself. */
  automatic: z.boolean(),
  step: z.int(),
  /** Every step with the share of the challenger; of a shadow the share that is copied. */
  steps: z.array(z.object({ share: z.int(), minutes: z.number(), minSamples: z.int() })),
  stepSince: z.date(),
  /** The earliest moment at which the step may end; null when nothing happens by itself. */
  nextStepAt: z.date().nullable(),
  championId: z.string(),
  challengerId: z.string(),
  champion: z.int(),
  challenger: z.int(),
  /** Requests that the challenger answered since the rollout began, as `minSamples` counts them. */
  challengerAnswers: z.int(),
  /** Why it is where it is. */
  sentence: z.string(),
  by: z.string().nullable(),
  since: z.date(),
  endedAt: z.date().nullable(),
  firstRelease: z.int(),
  release: z.int(),
  verdict: verdictSchema.nullable(),
})
export type RolloutView = z.output<typeof rolloutSchema>

const requestSchema = z.object({
  id: z.string(),
  sentence: z.string(),
  reason: z.string(),
  by: z.string().nullable(),
  byId: z.string().nullable(),
  at: z.date(),
  /** Of whoever looks. */
  mayApprove: z.boolean(),
  mayWithdraw: z.boolean(),
})
export type RequestView = z.output<typeof requestSchema>

export const deploymentSchema = z.object({
  id: z.string(),
  name: z.string(),
  model: z.string(),
  release: releaseSchema,
  arms: z.array(liveArmSchema),
  /** What a shadow answered, with the rows that were compared with the answer that callers got. */
  shadow: namedVersionSchema
    .extend({
      share: z.int(),
      perSecond: z.number(),
      p99Ms: z.number().nullable(),
      confidence: z.number().nullable(),
      compared: z.int(),
      disagreed: z.int(),
    })
    .nullable(),
  standby: z.array(namedVersionSchema),
  /** All versions of the model, newest first. */
  versions: z.array(versionSchema),
  /** What "the last good version" would be for the next release. */
  lastGood: versionSchema.nullable(),
  /** Of the release in force. */
  settings: releaseSettingsSchema,
  deploymentSettings: deploymentSettingsSchema,
  /** Under way, or the one that made the release in force. */
  rollout: rolloutSchema.nullable(),
  /** Of that rollout, newest first, at most 100. */
  verdicts: z.array(z.object({ id: z.int(), at: z.date(), step: z.int(), verdict: verdictSchema })),
  /** Waiting for a second person. */
  requests: z.array(requestSchema),
  /** Who may approve a request: never who made it. */
  approvers: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Minutes that the figures of the arms cover. */
  windowMinutes: z.int(),
  /** Newest first, at most 50. */
  history: z.array(historySchema),
  /** How many releases there are in all. */
  releases: z.int(),
  /** What one click on "Roll back" brings back; null when there is nothing earlier. */
  rollback: z.object({ release: z.int(), arms: z.array(armSchema), sentence: z.string() }).nullable(),
  gateways: z.object({ alive: z.int(), inForce: z.int(), problem: z.string().nullable() }),
  keys: z.object({ count: z.int(), lastUsedBy: z.string().nullable(), lastUsedAt: z.date().nullable() }),
  /** What the champion answers. */
  task: z.enum(['classification', 'regression']),
  inputs: z.array(signatureInputSchema),
  /** Of a classifier. */
  classes: z.array(z.string()),
  gatewayUrl: z.string(),
  /** The champion came with rows that may be replayed. */
  hasSample: z.boolean(),
})
export type DeploymentView = z.output<typeof deploymentSchema>

const factChangeSchema = z.object({ name: z.string(), live: z.string().nullable(), candidate: z.string().nullable() })

export const releaseDiffSchema = z.object({
  /** The number to hand back as `expected`: 0 when the deployment does not exist yet. */
  release: z.int(),
  live: namedVersionSchema.nullable(),
  candidate: namedVersionSchema.extend({ model: z.string() }),
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
  /** Whether both were measured on the same rows, as far as their reports say; null when there is nothing to compare. */
  sameEvaluation: z.object({ same: z.boolean(), sentence: z.string() }).nullable(),
  params: z.array(factChangeSchema),
  data: z.array(factChangeSchema),
  signature: z.array(factChangeSchema),
  /** Failed gates of the candidate's run are among them. */
  checks: z.array(z.object({ passes: z.boolean(), sentence: z.string() })),
  canSplit: z.boolean(),
  /** Who may press Deploy. */
  approvers: z.array(z.string()),
  /** A second person must approve. */
  fourEyes: z.boolean(),
  /** Who that may be when whoever looks presses Deploy. */
  secondApprovers: z.array(z.string()),
  isRegression: z.boolean(),
  /** In force, or the defaults of a first release. */
  settings: releaseSettingsSchema,
  lowConfidence: z.number(),
  lastGood: versionSchema.nullable(),
  versions: z.array(versionSchema),
  classes: z.array(z.string()),
  /** A rollout under way that deploying would end; null when there is none. */
  underWay: z.string().nullable(),
})
export type ReleaseDiff = z.output<typeof releaseDiffSchema>

export const releasedSchema = z.object({
  deployment: z.string(),
  release: z.int(),
  changed: z.boolean(),
  /** Nothing changed yet: a second person must approve it. */
  request: z.object({ id: z.string(), sentence: z.string() }).nullable(),
})
