import { growingSteps, type Stake, type Weighing, weigh } from './evidence'

/** Hits among trials; parts of hits are allowed, which weighs trials less and stays valid (by Jensen's inequality). */
export type Share = { hits: number; trials: number }

/** A test of one share: ln of the evidence against what it says of `bound`. */
export type ShareTest = (share: Share, bound: number, weighing: Weighing, stake: Stake) => number

/** Alternatives by how many times larger the odds are than at the bound: from 1.03 to some 20,000. */
const logOdds = growingSteps(0.03, 10, 12)
const odds = logOdds.map(Math.exp)

/**
 * ln of the evidence against "each trial is a hit with chance `bound` at most", for independent trials: likelihood ratios of
 * binomials with larger odds. Their expectation rises with the chance, so the worst case is the bound itself.
 */
export function shareAbove({ hits, trials }: Share, bound: number, weighing: Weighing, stake: Stake): number {
  if (bound <= 0) return hits > 0 ? Number.POSITIVE_INFINITY : 0
  if (bound >= 1) return 0
  if (weighing === 'best') return bestAbove(hits, trials, bound)
  const ratios = new Float64Array(odds.length)
  for (let i = 0; i < odds.length; i++) ratios[i] = hits * (logOdds[i] ?? 0) - trials * Math.log1p(bound * ((odds[i] ?? 1) - 1))
  return weigh(ratios, 'mixture', stake)
}

/** The likelihood ratio of the share that fits best, which needs no grid; 0 where that is not above the bound. */
function bestAbove(hits: number, trials: number, bound: number): number {
  const share = hits / trials
  if (!(share > bound)) return 0
  return hits * Math.log(share / bound) + (share < 1 ? (trials - hits) * Math.log((1 - share) / (1 - bound)) : 0)
}

/** The same against "with chance `bound` at least". */
export function shareBelow({ hits, trials }: Share, bound: number, weighing: Weighing, stake: Stake): number {
  return shareAbove({ hits: trials - hits, trials }, 1 - bound, weighing, stake)
}
