import { chiSquareSurvival, logGamma } from './special'

/** Below so many expected cases in a cell chi-square is too rough (Cochran 1954). */
const fewCases = 5

/**
 * Two-sided test that two groups have one share, from the hits among the trials of each. Chi-square without correction, as
 * scipy.stats.chi2_contingency([[a, n - a], [b, m - b]], correction=False); where a cell expects fewer than five, Fisher's
 * exact test, as scipy.stats.fisher_exact. 1 where a group has no trials, and where all or none are hits.
 */
export function proportionTest(a: { hits: number; trials: number }, b: { hits: number; trials: number }): number {
  const trials = a.trials + b.trials
  const hits = a.hits + b.hits
  if (a.trials === 0 || b.trials === 0 || hits === 0 || hits === trials) return 1
  const least = (Math.min(a.trials, b.trials) * Math.min(hits, trials - hits)) / trials
  if (least < fewCases) return fisherExact(a.hits, a.trials, hits, trials)
  const gap = a.hits * b.trials - b.hits * a.trials
  return chiSquareSurvival((gap / (hits * a.trials)) * (gap / ((trials - hits) * b.trials)) * trials, 1)
}

/** Sum of the probabilities of all tables with these margins that are no likelier than the given one. */
function fisherExact(own: number, ownTrials: number, hits: number, trials: number): number {
  const logChoose = (n: number, k: number) => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
  const whole = logChoose(trials, hits)
  const chance = (k: number) => Math.exp(logChoose(ownTrials, k) + logChoose(trials - ownTrials, hits - k) - whole)
  // tables as likely as the given one must count in spite of rounding
  const limit = chance(own) * (1 + 1e-7)
  let p = 0
  for (let k = Math.max(0, hits - (trials - ownTrials)); k <= Math.min(ownTrials, hits); k++) {
    const likely = chance(k)
    if (likely <= limit) p += likely
  }
  return Math.min(1, p)
}
