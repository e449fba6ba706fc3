import { type GapEvidence, leastEvidence, type Weighing } from './evidence'
import { type ShareTest, shareAbove, shareBelow } from './share-evidence'

/** Counts in bins of one width, with how many lie above any point: within a bin they are taken as spread evenly. */
export type Histogram = { counts: readonly number[]; total: number; above: readonly number[] }

/** Reads counts once, for many questions. */
export function histogramOf(counts: readonly number[]): Histogram {
  const above = new Array<number>(counts.length + 1).fill(0)
  for (let i = counts.length - 1; i >= 0; i--) above[i] = (above[i + 1] ?? 0) + (counts[i] ?? 0)
  return { counts, total: above[0] ?? 0, above }
}

/** How many lie above `at`, which is told in bins. */
function countAbove({ counts, total, above }: Histogram, at: number): number {
  if (at <= 0) return total
  const bin = Math.floor(at)
  return (above[bin + 1] ?? 0) + (1 - (at - bin)) * (counts[bin] ?? 0)
}

/** The point, in bins, that the share `q` lies below; the histogram must not be empty. */
function quantileOf(histogram: Histogram, q: number): number {
  const wanted = (1 - q) * histogram.total
  let bin = histogram.counts.length - 1
  while (bin > 0 && (histogram.above[bin] ?? 0) < wanted) bin--
  const own = histogram.counts[bin] ?? 0
  return own === 0 ? bin : bin + 1 - (wanted - (histogram.above[bin + 1] ?? 0)) / own
}

/** What a figure of the challenger may reach, from the champion's; rising, with its inverse. */
export type Limit = { limitOf: (champion: number) => number; championAt: (limit: number) => number }

/**
 * Evidence about the quantile `q` of two arms, of which more is worse: whether the challenger's lies beyond the limit that
 * the champion's sets, both told in bins. If the champion's quantile is at t, then 1 - q of its values lie above t, and the
 * hypothesis says how many of the challenger's lie above limitOf(t): two shares with stated bounds, so binomial tests, and
 * the least evidence over all t. Nothing is estimated beforehand. About distributions that are even within bins, as quantiles
 * of roll-ups are read: counts are then expectations of hits, which by Jensen's inequality keeps the tests valid.
 */
export function quantileGap(champion: Histogram, challenger: Histogram, q: number, { limitOf, championAt }: Limit): GapEvidence {
  const [from, to] = [quantileOf(champion, q), championAt(quantileOf(challenger, q))]
  const above = (histogram: Histogram, at: number) => ({ hits: countAbove(histogram, at), trials: histogram.total })
  const evidence = (championSays: ShareTest, challengerSays: ShareTest, weighing: Weighing) =>
    leastEvidence(
      {
        from,
        to,
        isEdge: to <= 0,
        champion: (at) => championSays(above(champion, at), 1 - q, weighing, 'half'),
        challenger: (at) => challengerSays(above(challenger, limitOf(at)), 1 - q, weighing, 'most'),
      },
      weighing,
    )
  const harm = (weighing: Weighing) => evidence(shareBelow, shareAbove, weighing)
  const safe = (weighing: Weighing) => evidence(shareAbove, shareBelow, weighing)
  return to > from ? { harm: harm('mixture'), safe: 0, clear: -harm('best') } : { harm: 0, safe: safe('mixture'), clear: safe('best') }
}
