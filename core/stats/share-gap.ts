import { type GapEvidence, leastEvidence, type Weighing } from './evidence'
import { type Share, shareAbove, shareBelow } from './share-evidence'

/**
 * Evidence about two shares of which more is worse: whether the challenger's lies more than `tolerance` (0 to 1, points) above
 * the champion's. Anytime-valid for independent trials, exact for all sizes; both arms need trials.
 */
export function shareGap(champion: Share, challenger: Share, tolerance: number): GapEvidence {
  const harm = (weighing: Weighing) => gapAbove(champion, challenger, tolerance, weighing)
  const safe = (weighing: Weighing) => gapAbove(misses(champion), misses(challenger), -tolerance, weighing)
  return { harm: harm('mixture'), safe: safe('mixture'), clear: safe('best') - harm('best') }
}

/** Evidence about one share and a limit that is not measured but stated. */
export function shareLimit(challenger: Share, limit: number): GapEvidence {
  const { hits, trials } = challenger
  const share = hits / trials
  const harm = (weighing: Weighing) => (share > limit ? shareAbove(challenger, limit, weighing, 'most') : 0)
  const safe = (weighing: Weighing) => (share < limit ? shareBelow(challenger, limit, weighing, 'most') : 0)
  return { harm: harm('mixture'), safe: safe('mixture'), clear: safe('best') - harm('best') }
}

/** ln of the evidence against "the challenger's share is at most the champion's plus `gap`"; `gap` may be below zero. */
export function gapAbove(champion: Share, challenger: Share, gap: number, weighing: Weighing): number {
  // with a gap below zero a champion's share below its size leaves no room for the hypothesis
  const from = Math.max(champion.hits / champion.trials, -gap)
  const meets = challenger.hits / challenger.trials - gap
  const to = Math.min(meets, 1)
  if (!(meets > from)) return 0
  return leastEvidence(
    {
      from,
      to,
      isEdge: meets >= 1,
      champion: (at) => shareBelow(champion, at, weighing, 'half'),
      challenger: (at) => shareAbove(challenger, at + gap, weighing, 'most'),
    },
    weighing,
  )
}

function misses({ hits, trials }: Share): Share {
  return { hits: trials - hits, trials }
}
