import { z } from 'zod'
import { lowConfidenceShare, meanConfidence, quantileOfConfidence, quantileOfLatency, type Rollup, shareOf } from './rollup'

const measured = z.number().nullable()

/** The figures of some traffic that people read; null where there is nothing to measure. */
export const summarySchema = z.object({
  requests: z.int(),
  rows: z.int(),
  errors: z.int(),
  clientErrors: z.int(),
  /** Share of requests answered with 5xx, and with 4xx. */
  errorRate: measured,
  clientErrorRate: measured,
  latencyP50: measured,
  latencyP95: measured,
  latencyP99: measured,
  /** Of classifiers; regressors have no confidence, so theirs is null. */
  meanConfidence: measured,
  confidenceP10: measured,
  confidenceP90: measured,
  /** Share of rows below the release's limit. */
  lowConfidence: measured,
  /** Share of rows that a fallback answered, and how many requests it saved from failing. */
  fallbackShare: measured,
  failovers: z.int(),
  /** Rows that became items for people to review. */
  reviews: z.int(),
  /** Share of rows that a model handed out answered elsewhere. */
  edgeShare: measured,
})
export type Summary = z.output<typeof summarySchema>

/** Reads the figures off a roll-up. */
export function summarise(rollup: Rollup): Summary {
  return {
    requests: rollup.requests,
    rows: rollup.rows,
    errors: rollup.errors,
    clientErrors: rollup.clientErrors,
    errorRate: shareOf(rollup.errors, rollup.requests),
    clientErrorRate: shareOf(rollup.clientErrors, rollup.requests),
    latencyP50: quantileOfLatency(rollup, 0.5),
    latencyP95: quantileOfLatency(rollup, 0.95),
    latencyP99: quantileOfLatency(rollup, 0.99),
    meanConfidence: meanConfidence(rollup),
    confidenceP10: quantileOfConfidence(rollup, 0.1),
    confidenceP90: quantileOfConfidence(rollup, 0.9),
    lowConfidence: lowConfidenceShare(rollup),
    fallbackShare: shareOf(rollup.fallbacks, rollup.rows),
    failovers: rollup.failovers,
    reviews: rollup.reviews,
    edgeShare: shareOf(rollup.edge, rollup.rows),
  }
}
