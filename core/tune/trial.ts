import { z } from 'zod'
import type { Direction } from './settings'
import { paramsSchema } from './space'

export const trialStatuses = ['running', 'finished', 'stopped', 'failed'] as const

/**
 * One trial of a search. `running` -> `finished` (all its folds) | `stopped` (by the median rule, or by hand) | `failed`
 * (it has no score). A trial of which nothing was kept may be left out of the list: it is then proposed again, the same.
 */
export const trialSchema = z.object({
  /** From 0, without gaps but for rounds of halving that had too few survivors. */
  number: z.int().min(0),
  params: paramsSchema,
  status: z.enum(trialStatuses),
  /** Metric per fold done, in order of the folds. */
  scores: z.array(z.number()),
  /** Share of the rows or folds it may use, in (0, 1]; below 1 in the early rounds of halving. */
  share: z.number().gt(0).max(1),
  /** The trial of the round before that it takes up; only in halving. */
  continues: z.int().nullable(),
})
export type Trial = z.output<typeof trialSchema>

/** A trial as a search keeps it. */
export const searchTrialSchema = trialSchema.extend({
  /** Of work; null while it runs, and when it has failed before it began. */
  seconds: z.number().nullable(),
  /** Why it has failed. */
  error: z.string().nullable(),
})
export type SearchTrial = z.output<typeof searchTrialSchema>

/** Mean of a trial's scores; null without any. */
export function meanScore({ scores }: Pick<Trial, 'scores'>): number | null {
  return scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length
}

/** Standard deviation (n - 1) of a trial's scores; null below two. */
export function scoreDeviation({ scores }: Pick<Trial, 'scores'>): number | null {
  const mean = meanScore({ scores })
  if (mean === null || scores.length < 2) return null
  return Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (scores.length - 1))
}

/** What is made small: the mean score, turned round where larger is better; infinite without a finite one. */
export function lossOf(trial: Pick<Trial, 'scores'>, direction: Direction): number {
  const mean = meanScore(trial)
  if (mean === null || !Number.isFinite(mean)) return Number.POSITIVE_INFINITY
  return direction === 'maximise' ? -mean : mean
}

/** The finished trial with the best mean among those of the largest share; the earlier one of equals. Null when none has finished. */
export function bestTrial(trials: readonly Trial[], direction: Direction): Trial | null {
  const scored = trials.filter((trial) => trial.status === 'finished' && Number.isFinite(lossOf(trial, direction)))
  const order = (a: Trial, b: Trial) => b.share - a.share || lossOf(a, direction) - lossOf(b, direction) || a.number - b.number
  return scored.sort(order)[0] ?? null
}
