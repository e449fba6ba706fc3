import { confidenceBins, latencyBins, latencyEdge } from '#core/monitor/rollup'
import type { ArmMeasured, Measured } from '#core/releases/measured'
import { drawBinomial, drawCounts } from '#core/stats/multinomial'
import { normalCdf } from '#core/stats/special'

/** How one version behaves, for simulated canaries. */
export type Behaviour = {
  /** Share of the requests that fail. */
  errors: number
  /** Lognormal latency: median in ms, sigma of the logarithm; and this share of the requests takes `slowMs` at the median instead. */
  medianMs: number
  sigma: number
  slowShare: number
  slowMs: number
  /** Normal confidence of deviation 0.15, cut to [0, 1], about this. */
  confidence: number
  /** Shares of the answers by class. */
  mix: readonly number[]
}

/** What one minute of one arm looked like. */
export type Minute = { requests: number; failures: number; latency: Int32Array; confidence: Int32Array; classes: Int32Array }

/** One minute of both arms. */
export type Look = { champion: Minute; challenger: Minute }

/** Below this an answer has low confidence. */
const lowBins = Math.round(confidenceBins * 0.6)

/** Draws minutes of a behaviour; the weights of its distributions are made once. `moreErrors` fail for a reason outside of it. */
export function minutesOf(behaviour: Behaviour, random: () => number): (requests: number, moreErrors?: number) => Minute {
  const latencies = latencyWeights(behaviour)
  const confidences = confidenceWeights(behaviour.confidence)
  return (requests, moreErrors = 0) => {
    const failures = drawBinomial(requests, behaviour.errors + moreErrors, random)
    const minute: Minute = {
      requests,
      failures,
      latency: new Int32Array(latencyBins),
      confidence: new Int32Array(confidenceBins),
      classes: new Int32Array(behaviour.mix.length),
    }
    drawCounts(latencies, requests, random, minute.latency)
    drawCounts(confidences, requests - failures, random, minute.confidence)
    drawCounts(behaviour.mix, requests - failures, random, minute.classes)
    return minute
  }
}

/** Mean confidence and share of low confidence of a behaviour, as they are met on average. */
export function confidenceOf({ confidence }: Behaviour): { mean: number; low: number } {
  const weights = confidenceWeights(confidence)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const low = weights.slice(0, lowBins).reduce((sum, weight) => sum + weight, 0)
  return { mean: weights.reduce((sum, weight, bin) => sum + weight * middleOf(bin), 0) / total, low: low / total }
}

/** An arm that minutes are added to. */
type Counted = Omit<ArmMeasured, 'latency' | 'classes'> & { latency: number[]; classes: Record<string, number> }

/** Counts minute by minute, as the roll-ups of a release do. */
export function openCounts(): { add: (look: Look) => void; measured: Measured } {
  const [champion, challenger] = [emptyCounts(), emptyCounts()]
  const add = (look: Look) => {
    addMinute(champion, look.champion)
    addMinute(challenger, look.challenger)
  }
  return { add, measured: { champion, challenger } }
}

function emptyCounts(): Counted {
  return {
    requests: 0,
    failures: 0,
    latency: new Array<number>(latencyBins).fill(0),
    classes: {},
    confidence: { n: 0, sum: 0, squares: 0 },
    lowConfidence: 0,
    compared: 0,
    disagreed: 0,
    outcomes: { n: 0, correct: 0 },
    business: {},
  }
}

function addMinute(arm: Counted, minute: Minute): void {
  arm.requests += minute.requests
  arm.failures += minute.failures
  for (const [bin, count] of minute.latency.entries()) arm.latency[bin] = (arm.latency[bin] ?? 0) + count
  for (const [k, count] of minute.classes.entries()) arm.classes[`c${k}`] = (arm.classes[`c${k}`] ?? 0) + count
  for (const [bin, count] of minute.confidence.entries()) {
    arm.confidence.n += count
    arm.confidence.sum += count * middleOf(bin)
    arm.confidence.squares += count * middleOf(bin) ** 2
    if (bin < lowBins) arm.lowConfidence += count
  }
}

/** The figures that checks by the minute read; null without requests. */
export type Figures = { errors: number; p50Ms: number; p99Ms: number; confidence: number; low: number; classes: number[] }

/** One point of each metric's series. */
export function figuresOf(minute: Minute): Figures | null {
  if (minute.requests === 0) return null
  const answered = Math.max(1, minute.requests - minute.failures)
  return {
    errors: minute.failures / minute.requests,
    p50Ms: quantileOf(minute, 0.5),
    p99Ms: quantileOf(minute, 0.99),
    confidence: minute.confidence.reduce((sum, count, bin) => sum + count * middleOf(bin), 0) / answered,
    low: minute.confidence.slice(0, lowBins).reduce((sum, count) => sum + count, 0) / answered,
    classes: Array.from(minute.classes, (count) => count / answered),
  }
}

function quantileOf({ latency, requests }: Minute, q: number): number {
  let [bin, before] = [0, 0]
  while (bin < latencyBins - 1 && before + (latency[bin] ?? 0) < q * requests) before += latency[bin++] ?? 0
  const part = (q * requests - before) / Math.max(1, latency[bin] ?? 0)
  return latencyEdge(bin) + part * (latencyEdge(bin + 1) - latencyEdge(bin))
}

function middleOf(bin: number): number {
  return (bin + 0.5) / confidenceBins
}

function latencyWeights({ medianMs, sigma, slowShare, slowMs }: Behaviour): number[] {
  const below = (ms: number, median: number) => (ms <= 0 ? 0 : normalCdf(Math.log(ms / median) / sigma))
  return Array.from({ length: latencyBins }, (_, bin) => {
    const share = (median: number) => Math.max(0, below(latencyEdge(bin + 1), median) - below(latencyEdge(bin), median))
    return (1 - slowShare) * share(medianMs) + slowShare * share(slowMs)
  })
}

function confidenceWeights(mean: number): number[] {
  return Array.from({ length: confidenceBins }, (_, bin) => Math.exp(-(((middleOf(bin) - mean) / 0.15) ** 2) / 2))
}
