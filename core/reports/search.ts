import { z } from 'zod'
import { paramsSchema } from '#core/tune/space'
import { searchTrialSchema } from '#core/tune/trial'

const choiceValue = paramsSchema.valueType

/** What a search found; while it runs, what it found so far. Made by stages that search. */
export const searchReportSchema = z.object({
  report: z.literal('search'),
  /** Kind of the estimator; null where the search chooses it. */
  estimator: z.string().nullable(),
  metric: z.string(),
  direction: z.enum(['maximise', 'minimise']),
  /** Trials that were asked for. */
  asked: z.int(),
  /** What varied, for the axes of charts. */
  dimensions: z.array(
    z.union([
      z.object({ kind: z.enum(['real', 'int']), path: z.string(), low: z.number(), high: z.number(), log: z.boolean() }),
      z.object({ kind: z.literal('choice'), path: z.string(), values: z.array(choiceValue) }),
    ]),
  ),
  /** In order of their number. */
  trials: z.array(searchTrialSchema),
  /** Number of the best trial, which was trained on all rows; null before one has finished. */
  best: z.int().nullable(),
  /** How much each param matters; null when too few trials tell. */
  importance: z
    .object({ params: z.array(z.object({ path: z.string(), share: z.number() })), together: z.number(), trials: z.int() })
    .nullable(),
})
export type SearchReport = z.output<typeof searchReportSchema>
