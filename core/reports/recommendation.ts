import { z } from 'zod'
import type { Figure } from '#core/ports/kinds'

/** Means over users of what lists of k recommendations are measured by; hit rate is the share of users with any hit. */
export const recommendationMeasures = ['NDCG', 'recall', 'precision', 'MRR', 'hit rate'] as const

const bounds = z.object({ low: z.number(), high: z.number() })
/** A mean over users, and its 95 % interval from bootstrap samples of users; null for fewer than two users. */
const measured = z.object({ value: z.number(), interval: bounds.nullable() })

/** How well a recommender finds items that users took and it was not shown, beside recommending what is popular. */
export const recommendationReportSchema = z.object({
  report: z.literal('recommendation'),
  /** As in a sentence: "EASE". */
  algorithm: z.string(),
  /** That the model was trained on in the end. */
  users: z.int(),
  items: z.int(),
  interactions: z.int(),
  /** Length of the lists. */
  k: z.int(),
  /** Users with items held out, how many of each, and which: their last ones, or drawn. */
  tested: z.int(),
  heldOut: z.int(),
  by: z.enum(['time', 'random']),
  /** In the order of recommendationMeasures; the baseline on the same users and items. */
  measures: z.array(z.object({ name: z.enum(recommendationMeasures), ...measured.shape, popularity: measured })),
  /** NDCG minus that of popularity, in pairs by user; p of a permutation test. Null when popularity is what was trained. */
  difference: z.object({ ...measured.shape, p: z.number() }).nullable(),
  /** For lists of 1 to k. */
  curve: z.array(z.object({ k: z.int(), recall: z.number(), ndcg: z.number(), popularityRecall: z.number(), popularityNdcg: z.number() })),
  /** Share of all items that are in anybody's list. */
  coverage: z.object({ model: z.number(), popularity: z.number() }),
  /** Share of the recommendations that go to the tenth of the items that most users have; and of what was held out. */
  popularTenth: z.object({ items: z.int(), model: z.number(), popularity: z.number(), heldOut: z.number() }),
  /** Objective of ALS a user, per iteration; else empty. */
  loss: z.array(z.object({ epoch: z.int(), loss: z.number() })),
  /** By which scores are divided before they become probabilities; fitted on the next held-out items. */
  temperature: z.number(),
  /** Some of the users measured: the last items that the model was shown, and what it answered. */
  samples: z.array(
    z.object({
      user: z.string(),
      history: z.array(z.string()),
      had: z.int(),
      heldOut: z.array(z.string()),
      recommended: z.array(z.object({ item: z.string(), probability: z.number(), isHit: z.boolean() })),
    }),
  ),
  /** Largest difference of the exported model, on so many rows. */
  parity: z.object({ rows: z.int(), native: z.number(), web: z.number() }).optional(),
  notes: z.array(z.string()),
})
export type RecommendationReport = z.output<typeof recommendationReportSchema>

/** The name of the baseline, as figures of reports call it. */
export const popularityBaseline = 'popularity'

/** The figures of a recommendation report, under the names that gates use. */
export function recommendationFigures(report: RecommendationReport): Figure[] {
  return [
    ...report.measures.map(({ name, value }): Figure => ({ name, value, better: 'higher' })),
    { name: 'coverage', value: report.coverage.model, better: 'higher' },
    { name: 'share of popular items', value: report.popularTenth.model },
    { name: 'users', value: report.users },
    { name: 'items', value: report.items },
    ...report.measures.map(({ name, popularity }): Figure => ({ name: `${name}, ${popularityBaseline}`, value: popularity.value })),
  ]
}
