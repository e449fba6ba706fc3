import { z } from 'zod'
import type { Moments } from '#core/stats/mean-gap'

export type { Moments }

/** What was measured of one arm of a release since the rollout began: whole numbers in fixed bins, as the roll-ups have them. */
export type ArmMeasured = {
  requests: number
  /** Requests that the version itself did not answer: 5xx, timeouts, and those that a fallback answered in its place for an error, a timeout or overload. */
  failures: number
  /** Requests by latency, on the bins of core/monitor/rollup. */
  latency: readonly number[]
  /** Answered rows by predicted class; empty for regressors. */
  classes: Readonly<Record<string, number>>
  /** Of the rows that have a confidence. */
  confidence: Moments
  lowConfidence: number
  /** Rows of a shadow that were compared with the champion's answer, and those that differed. */
  compared: number
  disagreed: number
  /** Outcomes that say whether an answer was right. */
  outcomes: { n: number; correct: number }
  /** Business figures that outcomes carried, by name. */
  business: Readonly<Record<string, Moments>>
}

export type Measured = { champion: ArmMeasured; challenger: ArmMeasured }

export const decisions = ['continue', 'promote', 'hold', 'rollback', 'inconclusive'] as const
export const decisionSchema = z.enum(decisions)
export type Decision = z.output<typeof decisionSchema>

/** What one signal says: `harm` is proven, `safe` is proven (no harm beyond the tolerance), or neither yet. */
export const signalVerdictSchema = z.object({
  /** `errors`, `latencyP50`, `latencyP99`, `confidence`, `lowConfidence`, `mix`, `disagreement`, `accuracy`, or `business:<figure>`. */
  signal: z.string(),
  state: z.enum(['harm', 'safe', 'open', 'no-data']),
  champion: z.number().nullable(),
  challenger: z.number().nullable(),
  /** The largest (or smallest) value of the challenger that is still tolerated, in the unit of the signal; null where there is none. */
  limit: z.number().nullable(),
  unit: z.enum(['share', 'ms', 'score', 'distance', 'figure']),
  /** Anytime-valid p-value of "no harm beyond the tolerance"; null without data. */
  pHarm: z.number().nullable(),
  /** Anytime-valid p-value of "harm beyond the tolerance"; null without data. */
  pSafe: z.number().nullable(),
  samples: z.int(),
  sentence: z.string(),
})
export type SignalVerdict = z.output<typeof signalVerdictSchema>

export const verdictSchema = z.object({
  decision: decisionSchema,
  /** One sentence for a person: what was decided and why. */
  sentence: z.string(),
  signals: z.array(signalVerdictSchema),
})
export type Verdict = z.output<typeof verdictSchema>
