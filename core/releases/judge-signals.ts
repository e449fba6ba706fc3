import { latencyAtPosition, latencyPosition, quantileOfLatency } from '#core/monitor/rollup'
import type { GapEvidence } from '#core/stats/evidence'
import { boundedMeanGap, figureMeanGap, upsideDown } from '#core/stats/mean-gap'
import { mixGap } from '#core/stats/mix-gap'
import { histogramOf, type Limit, quantileGap } from '#core/stats/quantile-gap'
import type { Share } from '#core/stats/share-evidence'
import { shareGap, shareLimit } from '#core/stats/share-gap'
import { own } from './join-steps'
import type { ArmMeasured, Measured, SignalVerdict } from './measured'
import type { JudgePolicy, Strategy, Tolerances } from './strategy'

/** How the challenger comes to its traffic. */
export type JudgeKind = Exclude<Strategy['kind'], 'all-at-once'>

/** One signal of both arms: its figures, and what they are evidence of; without data there is no evidence. */
export type Reading = Pick<SignalVerdict, 'signal' | 'champion' | 'challenger' | 'limit' | 'unit' | 'samples'> & {
  evidence: GapEvidence | null
  /** The champion has data of this signal and the challenger none. */
  isMissing: boolean
  /** `now` comes with each answer; `late` comes with outcomes, of some answers, some time later. */
  comes: 'now' | 'late'
}

/** Means of business figures are nearly normal only in samples of so many. */
const leastFigures = 50

/**
 * Every signal that a rollout of this kind is judged by, read from the counts of both arms, in the order that they are told.
 * The same signals whatever has data by now, so that what comes late does not change what was allowed before.
 */
export function readSignals({ champion, challenger }: Measured, policy: JudgePolicy, kind: JudgeKind): Reading[] {
  const { tolerances } = policy
  const shares = (signal: string, of: (arm: ArmMeasured) => Share, tolerance: number) =>
    readShare(signal, of(champion), of(challenger), tolerance, 'now')
  return [
    shares('errors', (arm) => ({ hits: arm.failures, trials: arm.requests }), tolerances.errorShare),
    readLatency('latencyP50', 0.5, champion, challenger, tolerances),
    readLatency('latencyP99', 0.99, champion, challenger, tolerances),
    readConfidence(champion, challenger, tolerances.confidence),
    shares('lowConfidence', (arm) => ({ hits: arm.lowConfidence, trials: arm.confidence.n }), tolerances.lowShare),
    readMix(champion, challenger, tolerances.mix),
    ...(kind === 'shadow' || challenger.compared > 0 ? [readDisagreement(challenger, tolerances.disagreement)] : []),
    readAccuracy(champion, challenger, tolerances.accuracy),
    ...policy.business.map((wish) => readFigure(wish, champion, challenger, tolerances.business)),
  ]
}

function readShare(signal: string, champion: Share, challenger: Share, tolerance: number, comes: Reading['comes']): Reading {
  const shareOfChampion = shareIn(champion)
  return {
    signal,
    unit: 'share',
    comes,
    champion: shareOfChampion,
    challenger: shareIn(challenger),
    limit: shareOfChampion === null ? null : Math.min(1, shareOfChampion + tolerance),
    ...comparing(champion.trials, challenger.trials, () => shareGap(champion, challenger, tolerance)),
  }
}

/** Wrong answers are what there may not be more of; right ones are what is told. */
function readAccuracy(champion: ArmMeasured, challenger: ArmMeasured, tolerance: number): Reading {
  const wrong = ({ outcomes }: ArmMeasured) => ({ hits: outcomes.n - outcomes.correct, trials: outcomes.n })
  const reading = readShare('accuracy', wrong(champion), wrong(challenger), tolerance, 'late')
  const right = (share: number | null) => (share === null ? null : 1 - share)
  return { ...reading, champion: right(reading.champion), challenger: right(reading.challenger), limit: right(reading.limit) }
}

function readDisagreement({ compared, disagreed }: ArmMeasured, tolerance: number): Reading {
  const share = { hits: disagreed, trials: compared }
  return {
    signal: 'disagreement',
    unit: 'share',
    comes: 'now',
    champion: null,
    challenger: shareIn(share),
    limit: tolerance,
    samples: compared,
    isMissing: false,
    evidence: compared > 0 ? shareLimit(share, tolerance) : null,
  }
}

/** The limit is a share above the champion's, and some milliseconds in any case. */
function readLatency(
  signal: string,
  q: number,
  champion: ArmMeasured,
  challenger: ArmMeasured,
  { latency, latencyMs }: Tolerances,
): Reading {
  const [own, other] = [histogramOf(champion.latency), histogramOf(challenger.latency)]
  const value = quantileOfLatency(champion, q)
  const limitOf = (ms: number) => Math.max(ms * (1 + latency), ms + latencyMs)
  const championAt = (ms: number) => Math.min(ms / (1 + latency), ms - latencyMs)
  const inBins: Limit = {
    limitOf: (at) => latencyPosition(limitOf(latencyAtPosition(at))),
    championAt: (at) => latencyPosition(championAt(latencyAtPosition(at))),
  }
  return {
    signal,
    unit: 'ms',
    comes: 'now',
    champion: value,
    challenger: quantileOfLatency(challenger, q),
    limit: value === null ? null : limitOf(value),
    ...comparing(own.total, other.total, () => quantileGap(own, other, q, inBins)),
  }
}

function readConfidence({ confidence: champion }: ArmMeasured, { confidence: challenger }: ArmMeasured, tolerance: number): Reading {
  const value = champion.n === 0 ? null : champion.sum / champion.n
  return {
    signal: 'confidence',
    unit: 'score',
    comes: 'now',
    champion: value,
    challenger: challenger.n === 0 ? null : challenger.sum / challenger.n,
    limit: value === null ? null : Math.max(0, value - tolerance),
    ...comparing(champion.n, challenger.n, () => boundedMeanGap(champion, challenger, tolerance)),
  }
}

function readMix(champion: ArmMeasured, challenger: ArmMeasured, tolerance: number): Reading {
  const names = [...new Set([...Object.keys(champion.classes), ...Object.keys(challenger.classes)])].sort()
  const counts = (arm: ArmMeasured) => names.map((name) => own(arm.classes, name) ?? 0)
  const rows = (arm: ArmMeasured) => counts(arm).reduce((sum, count) => sum + count, 0)
  const compared = comparing(rows(champion), rows(challenger), () => mixGap(counts(champion), counts(challenger), tolerance))
  const distance = compared.evidence?.distance ?? null
  return { signal: 'mix', unit: 'distance', comes: 'now', champion: null, challenger: distance, limit: tolerance, ...compared }
}

/** Told of figures of which more is worse; others are turned upside down. */
function readFigure(
  { figure, better }: JudgePolicy['business'][number],
  champion: ArmMeasured,
  challenger: ArmMeasured,
  tolerance: number,
): Reading {
  const none = { n: 0, sum: 0, squares: 0 }
  const [mine, other] = [own(champion.business, figure) ?? none, own(challenger.business, figure) ?? none]
  // the limit of a figure of which more is better may fall to zero and no further
  const part = Math.min(tolerance, 0.999)
  const value = mine.n === 0 ? null : mine.sum / mine.n
  const worse = (moments: typeof none) => (better === 'higher' ? upsideDown(moments, 0) : moments)
  const isEnough = Math.min(mine.n, other.n) >= leastFigures
  return {
    signal: `business:${figure}`,
    unit: 'figure',
    comes: 'late',
    champion: value,
    challenger: other.n === 0 ? null : other.sum / other.n,
    limit: value === null ? null : value + (better === 'higher' ? -1 : 1) * part * Math.abs(value),
    samples: other.n,
    isMissing: false,
    evidence: isEnough ? figureMeanGap(worse(mine), worse(other), part) : null,
  }
}

function comparing<E extends GapEvidence>(
  champion: number,
  challenger: number,
  evidence: () => E,
): { samples: number; isMissing: boolean; evidence: E | null } {
  return {
    samples: challenger,
    isMissing: champion > 0 && challenger === 0,
    evidence: champion > 0 && challenger > 0 ? evidence() : null,
  }
}

function shareIn({ hits, trials }: Share): number | null {
  return trials === 0 ? null : hits / trials
}
