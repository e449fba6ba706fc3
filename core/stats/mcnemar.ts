import { incompleteBeta } from './incomplete-beta'
import { chiSquareSurvival } from './special'

export type McNemarResult = { test: 'exact' | 'chi-square'; statistic: number; p: number }

/** Below so many discordant rows chi-square is too rough (Fagerland, Lydersen and Laake 2013). */
const fewRows = 25

/**
 * McNemar's test (1947) that two classifiers are right equally often on the same rows. `onlyFirst` and `onlySecond` are the
 * rows that only one of them has right; the others say nothing. Below 25 of them the exact binomial test, the same as
 * scipy.stats.binomtest(onlyFirst, onlyFirst + onlySecond).pvalue; else chi-square with continuity correction,
 * (|b - c| - 1)^2 / (b + c), as statsmodels' mcnemar(exact=False, correction=True), but 0 for b = c.
 */
export function mcnemar(onlyFirst: number, onlySecond: number): McNemarResult {
  const rows = onlyFirst + onlySecond
  const fewer = Math.min(onlyFirst, onlySecond)
  if (rows < fewRows) return { test: 'exact', statistic: fewer, p: rows === 0 ? 1 : Math.min(1, 2 * halfBinomialCdf(fewer, rows)) }
  const statistic = Math.max(0, Math.abs(onlyFirst - onlySecond) - 1) ** 2 / rows
  return { test: 'chi-square', statistic, p: chiSquareSurvival(statistic, 1) }
}

/** Probability of at most `hits` in `trials` fair throws. */
function halfBinomialCdf(hits: number, trials: number): number {
  return hits >= trials ? 1 : incompleteBeta(0.5, trials - hits, hits + 1)
}
