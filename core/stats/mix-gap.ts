import type { GapEvidence, Weighing } from './evidence'
import type { Share } from './share-evidence'
import { gapAbove } from './share-gap'
import { totalOf } from './shares'
import { logGamma } from './special'

/** What can be said about two mixes of classes: the evidence, and how far apart they are. */
export type MixGap = GapEvidence & {
  /** Total variation distance of the two samples, less what chance alone makes of equal mixes. */
  distance: number
}

/**
 * Evidence about two mixes of classes: whether their total variation distance is more than `tolerance`. That distance is the
 * largest gap that any set of classes has, so the evidence of harm is that of sets of classes as two shares, each weighed
 * beforehand by the size of the set: the weighted sum over all sets is an e-value (Vovk, Wang 2021, "E-values: calibration,
 * combination and applications"), and what is told here, its largest term, is less. Counts go by class in one order; both
 * arms need rows. Classes that can be answered but were not belong in it with 0: the sets are those of all classes.
 */
export function mixGap(champion: readonly number[], challenger: readonly number[], tolerance: number): MixGap {
  const totals = { champion: totalOf(champion), challenger: totalOf(challenger) }
  const gaps = champion
    .map((count, i) => ({ champion: count, challenger: challenger[i] ?? 0 }))
    .map((cell) => ({ ...cell, gap: cell.challenger / totals.challenger - cell.champion / totals.champion }))
    .sort((a, b) => b.gap - a.gap)
  const seen = gaps.reduce((sum, { gap }) => sum + Math.max(0, gap), 0)
  const distance = Math.max(0, seen - distanceByChance(gaps, totals))
  return {
    harm: seen > tolerance ? harmOf(gaps, totals, tolerance) : 0,
    // what lies below the tolerance in the widest set lies below it in all; shares near one half are the hardest case
    safe: halfGap(seen, totals, tolerance, 'mixture').safe,
    clear: halfGap(distance, totals, tolerance, 'best').clear,
    distance,
  }
}

type Totals = { champion: number; challenger: number }
type Cell = { champion: number; challenger: number; gap: number }

/** The strongest of the sets that grow class by class from either end of the gaps. */
function harmOf(gaps: readonly Cell[], totals: Totals, tolerance: number): number {
  const classes = gaps.length
  const rising = gaps.filter(({ gap }) => gap > 0).length
  let most = 0
  let set: Totals = { champion: 0, challenger: 0 }
  for (let size = 1; size < classes; size++) {
    const cell = gaps[size - 1]
    set = { champion: set.champion + (cell?.champion ?? 0), challenger: set.challenger + (cell?.challenger ?? 0) }
    if (size > 4 && size !== rising && size < classes - 4) continue
    const shares = setShares(set, totals)
    most = Math.max(most, gapAbove(shares.champion, shares.challenger, tolerance, 'mixture') - costOfSet(size, classes))
  }
  return most
}

/** ln of one over the weight of a set of so many classes: small sets, and those that leave out few, weigh most. */
function costOfSet(size: number, classes: number): number {
  const level = Math.min(size, classes - size)
  const levels = Math.floor(classes / 2)
  const sets = logChoose(classes, level) + (2 * level === classes ? 0 : Math.LN2)
  return sets + Math.log((level * (level + 1) * levels) / (levels + 1))
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
}

/** A set of classes of about half of the rows whose shares differ by `gap`. */
function halfGap(gap: number, totals: Totals, tolerance: number, weighing: Weighing): { safe: number; clear: number } {
  const shares = setShares({ champion: ((1 - gap) / 2) * totals.champion, challenger: ((1 + gap) / 2) * totals.challenger }, totals)
  const safe = gapAbove(missesOf(shares.champion), missesOf(shares.challenger), -tolerance, weighing)
  return { safe, clear: safe - gapAbove(shares.champion, shares.challenger, tolerance, weighing) }
}

function setShares(set: Totals, totals: Totals): { champion: Share; challenger: Share } {
  return {
    champion: { hits: set.champion, trials: totals.champion },
    challenger: { hits: set.challenger, trials: totals.challenger },
  }
}

function missesOf({ hits, trials }: Share): Share {
  return { hits: trials - hits, trials }
}

/** How far apart two samples of one mix are to be expected: half the sum of the mean absolute differences of the cells. */
function distanceByChance(gaps: readonly Cell[], totals: Totals): number {
  const perTrial = 1 / totals.champion + 1 / totals.challenger
  return gaps.reduce((sum, cell) => {
    const share = (cell.champion + cell.challenger) / (totals.champion + totals.challenger)
    // a rare cell is mostly empty, and cannot differ by more than twice its share
    return sum + Math.min(Math.sqrt((2 / Math.PI) * share * (1 - share) * perTrial), 2 * share) / 2
  }, 0)
}
