import { type GapEvidence, growingSteps, leastEvidence, type Stake, type Weighing, weigh } from './evidence'
import type { Limit } from './quantile-gap'

/** A mean that can be summed: how many, their sum and the sum of their squares. */
export type Moments = { n: number; sum: number; squares: number }
type MeanAbove = (moments: Moments, bound: number, weighing: Weighing, stake: Stake) => number

/**
 * Evidence about the means of values between 0 and 1, of which less is worse: whether the challenger's lies more than
 * `tolerance` below the champion's. Anytime-valid and exact for independent values; both arms need values.
 */
export function boundedMeanGap(champion: Moments, challenger: Moments, tolerance: number): GapEvidence {
  // told of the distance from 1, of which more is worse
  const limit = { limitOf: (at: number) => at + tolerance, championAt: (limit: number) => limit - tolerance }
  return meanGap(upsideDown(champion), upsideDown(challenger), limit, { above: boundedMeanAbove, top: 1, least: 0 })
}

/**
 * Evidence about the means of any values, of which more is worse: whether the challenger's lies above the champion's by more
 * than the share `tolerance` (below 1) of its size. Valid for large samples only, as are the confidence sequences of
 * Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas (2024), "Time-uniform central limit theory and asymptotic confidence sequences".
 */
export function figureMeanGap(champion: Moments, challenger: Moments, tolerance: number): GapEvidence {
  const limit = {
    limitOf: (at: number) => at + tolerance * Math.abs(at),
    championAt: (limit: number) => limit / (limit >= 0 ? 1 + tolerance : 1 - tolerance),
  }
  return meanGap(champion, challenger, limit, { above: figureMeanAbove, top: 0, least: Number.NEGATIVE_INFINITY })
}

/** The moments of `top - value`. */
export function upsideDown({ n, sum, squares }: Moments, top = 1): Moments {
  return { n, sum: n * top - sum, squares: n * top * top - 2 * top * sum + squares }
}

type Scale = {
  above: MeanAbove
  /** `top - value` mirrors a value. */
  top: number
  /** No value lies below. */
  least: number
}

function meanGap(champion: Moments, challenger: Moments, { limitOf, championAt }: Limit, { above, top, least }: Scale): GapEvidence {
  const [from, meets] = [champion.sum / champion.n, championAt(challenger.sum / challenger.n)]
  const to = Math.max(meets, least)
  const below: MeanAbove = (moments, bound, weighing, stake) => above(upsideDown(moments, top), top - bound, weighing, stake)
  const evidence = (championSays: MeanAbove, challengerSays: MeanAbove, weighing: Weighing) =>
    leastEvidence(
      {
        from,
        to,
        isEdge: meets <= least,
        champion: (at) => championSays(champion, at, weighing, 'half'),
        challenger: (at) => challengerSays(challenger, limitOf(at), weighing, 'most'),
      },
      weighing,
    )
  const harm = (weighing: Weighing) => evidence(below, above, weighing)
  const safe = (weighing: Weighing) => evidence(above, below, weighing)
  return to > from ? { harm: harm('mixture'), safe: 0, clear: -harm('best') } : { harm: 0, safe: safe('mixture'), clear: safe('best') }
}

/** Bets as shares of the most that a bet on values above 0 can be, and what each costs by Fan's inequality. */
const bets = growingSteps(0.004, 0.9, 12)
const costs = bets.map((bet) => -Math.log1p(-bet) - bet)

/**
 * ln of the evidence against "the mean is at most `bound`" for values in [0, 1]. For x >= -1 and 0 <= b < 1,
 * exp(b x + (ln(1 - b) + b) x^2) <= 1 + b x (Fan, Grama, Liu 2015, "Exponential inequalities for martingales with
 * applications", lemma 4.1); with x = (value - bound) / bound its expectation is at most 1, and sums and squares are all it takes.
 */
function boundedMeanAbove({ n, sum, squares }: Moments, bound: number, weighing: Weighing, stake: Stake): number {
  if (bound <= 0) return sum > 0 ? Number.POSITIVE_INFINITY : 0
  if (bound >= 1) return 0
  const gain = (sum - n * bound) / bound
  const spread = Math.max(0, squares - 2 * bound * sum + n * bound * bound) / (bound * bound)
  const ratios = new Float64Array(bets.length)
  for (let i = 0; i < bets.length; i++) ratios[i] = (bets[i] ?? 0) * gain - (costs[i] ?? 0) * spread
  return weigh(ratios, weighing, stake)
}

/** Alternatives by their distance from the bound, in standard deviations. */
const distances = growingSteps(0.02, 2.5, 10)

/** ln of the evidence against "the mean is at most `bound`", from a sum that is nearly normal; its spread is measured about the bound. */
function figureMeanAbove({ n, sum, squares }: Moments, bound: number, weighing: Weighing, stake: Stake): number {
  const spread = Math.sqrt(Math.max(0, squares - 2 * bound * sum + n * bound * bound) / n)
  if (spread === 0) return 0
  const gain = (sum - n * bound) / spread
  const ratios = new Float64Array(distances.length)
  for (let i = 0; i < distances.length; i++) ratios[i] = (distances[i] ?? 0) * gain - ((distances[i] ?? 0) ** 2 * n) / 2
  return weigh(ratios, weighing, stake)
}
