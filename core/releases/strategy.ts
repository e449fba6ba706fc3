import { z } from 'zod'
import { assignmentSchema } from './settings'

/** How much worse a challenger may be before it counts as harm: the practical tolerance beside significance. */
export const tolerancesSchema = z.object({
  /** Errors, timeouts and failovers: percentage points of the requests. */
  errorShare: z.number().min(0).max(1).default(0.005),
  /** p50 and p99 latency: share of the champion's. */
  latency: z.number().min(0).max(10).default(0.25),
  /** ... and so many milliseconds in any case: twice of almost nothing harms nobody. */
  latencyMs: z.number().min(0).max(60_000).default(10),
  /** Mean confidence, points. */
  confidence: z.number().min(0).max(1).default(0.03),
  /** Share of answers of low confidence, points. */
  lowShare: z.number().min(0).max(1).default(0.03),
  /** Prediction mix: total variation distance between the two mixes. */
  mix: z.number().min(0).max(1).default(0.1),
  /** Answers of a shadow that differ from the champion's: share of the rows. */
  disagreement: z.number().min(0).max(1).default(0.1),
  /** Share of right answers among those with an outcome, points. */
  accuracy: z.number().min(0).max(1).default(0.02),
  /** Mean business figure: share of the champion's. */
  business: z.number().min(0).max(1).default(0.05),
})
export type Tolerances = z.output<typeof tolerancesSchema>

export const judgePolicySchema = z.object({
  /** At most this share of harmless challengers is rolled back, however often one looks. */
  falseAlarms: z.number().min(0.0001).max(0.5).default(0.05),
  /** At most this share of harmful challengers is called harmless by a signal, however often one looks. */
  missedHarm: z.number().min(0.0001).max(0.5).default(0.05),
  tolerances: tolerancesSchema.prefault({}),
  /** Names of business figures that outcomes carry, with the direction that is better. */
  business: z
    .array(z.object({ figure: z.string().min(1), better: z.enum(['higher', 'lower']) }))
    .max(5)
    .default([]),
  /** A step that has no verdict after this many times its minutes is inconclusive: it pauses and asks a person. */
  patience: z.number().min(1).max(100).default(3),
})
export type JudgePolicy = z.output<typeof judgePolicySchema>

const stepTime = {
  /** The step lasts at least so long, */
  minutes: z.number().min(0.05).max(10_080),
  /** and until the challenger answered so many requests. */
  minSamples: z.int().min(1).max(100_000_000),
}
export const canaryStepSchema = z.object({ share: z.int().min(1).max(100), ...stepTime })
export type CanaryStep = z.output<typeof canaryStepSchema>

/** How a version comes to its traffic. */
export const strategySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all-at-once') }),
  z.object({
    kind: z.literal('canary'),
    /** Shares rise; a last step of 100 % ends it. */
    steps: z.array(canaryStepSchema).min(1).max(10),
    /** Whether it steps, promotes and rolls back by itself; when not, verdicts are shown and people press the buttons. */
    automatic: z.boolean().default(true),
    judge: judgePolicySchema.prefault({}),
  }),
  z.object({
    /** The new version is loaded beside the old one, gets all traffic at one switch, and the old one stays loaded while it is judged. */
    kind: z.literal('blue-green'),
    /** After the switch it is judged so long; then the old colour is dropped. */
    ...stepTime,
    automatic: z.boolean().default(true),
    judge: judgePolicySchema.prefault({}),
  }),
  z.object({
    /** The new version gets copies of the requests; its answers are compared and discarded. */
    kind: z.literal('shadow'),
    share: z.int().min(1).max(100).default(100),
    ...stepTime,
    /** What a good verdict leads to: a question to a person, or all traffic. */
    onGood: z.enum(['ask', 'promote']).default('ask'),
    judge: judgePolicySchema.prefault({}),
  }),
  z.object({
    /** A fixed split, sticky by caller, until outcomes tell which is better; a person decides. */
    kind: z.literal('ab'),
    share: z.int().min(1).max(99).default(50),
    ...stepTime,
    judge: judgePolicySchema.prefault({}),
  }),
  z.object({
    kind: z.literal('bandit'),
    assignment: assignmentSchema,
    ...stepTime,
    judge: judgePolicySchema.prefault({}),
  }),
])
export type Strategy = z.output<typeof strategySchema>

/** What one click on "as a canary" does: 5, 25, 50, then all of the traffic. */
export const defaultCanary: Extract<Strategy, { kind: 'canary' }> = {
  kind: 'canary',
  steps: [
    { share: 5, minutes: 10, minSamples: 200 },
    { share: 25, minutes: 10, minSamples: 500 },
    { share: 50, minutes: 10, minSamples: 1_000 },
  ],
  automatic: true,
  judge: judgePolicySchema.parse({}),
}
