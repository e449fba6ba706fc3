import { joinSteps } from '#core/releases/join-steps'
import { judge } from '#core/releases/judge'
import type { Measured } from '#core/releases/measured'
import type { CanaryStep, JudgePolicy } from '#core/releases/strategy'
import { normalQuantile } from '#core/stats/special'
import { type Figures, figuresOf, type Look, openCounts } from './parts-canary-world'

/** How a simulated canary ended: the minutes it took, and how many requests the challenger had answered. */
export type End = { end: 'promoted' | 'rolled back' | 'asked'; minutes: number; samples: number }

/** A canary judge: draws minutes at the shares of the steps until it has decided. */
export type CanaryJudge = (draw: (share: number) => Look, steps: readonly CanaryStep[]) => End

/** Ours, looking every minute. */
export function ourJudge(policy: JudgePolicy): CanaryJudge {
  return (draw, steps) => {
    const stretches: Measured[] = []
    let minutes = 0
    for (const [i, step] of steps.entries()) {
      const { add, measured } = openCounts()
      stretches.push(measured)
      for (let elapsed = 1; ; elapsed++) {
        add(draw(step.share))
        minutes += 1
        const joined = joinSteps(stretches)
        const { decision } = judge({ measured: joined, policy, step: judgedStep(step, elapsed, policy, i === steps.length - 1) })
        const at = { minutes, samples: joined.challenger.requests }
        if (decision === 'rollback') return { end: 'rolled back', ...at }
        if (decision === 'inconclusive') return { end: 'asked', ...at }
        if (decision !== 'promote') continue
        if (i === steps.length - 1) return { end: 'promoted', ...at }
        break
      }
    }
    throw new Error('A canary needs a step.')
  }
}

function judgedStep({ minutes, minSamples }: CanaryStep, elapsed: number, { patience }: JudgePolicy, isLast: boolean) {
  return { elapsedMs: elapsed * 60_000, minMs: minutes * 60_000, maxMs: minutes * patience * 60_000, minSamples, isLast }
}

/** The bars that each minute is held against; null for none. */
export type Thresholds = { errors: number; p99Ms: number; confidence: number | null; low: number | null }

/**
 * Fixed thresholds by the minute, in the manner of Flagger (pkg/controller/scheduler.go): a failed check halts the rollout
 * for that minute and is counted, and the fifth rolls back. A minute without requests halts it and, kinder than Flagger, is not counted.
 */
export function fixedThresholds(bars: Thresholds): CanaryJudge {
  return (draw, steps) => {
    let [failed, minutes, samples] = [0, 0, 0]
    for (const step of steps) {
      for (let passed = 0; passed < step.minutes; ) {
        const { challenger } = draw(step.share)
        minutes += 1
        samples += challenger.requests
        const figures = figuresOf(challenger)
        if (!figures) continue
        if (isWithin(figures, bars)) passed += 1
        else failed += 1
        if (failed >= 5) return { end: 'rolled back', minutes, samples }
      }
    }
    return { end: 'promoted', minutes, samples }
  }
}

function isWithin({ errors, p99Ms, confidence, low }: Figures, bars: Thresholds): boolean {
  if (errors > bars.errors || p99Ms > bars.p99Ms) return false
  return (bars.confidence === null || confidence >= bars.confidence) && (bars.low === null || low <= bars.low)
}

/** Of a two-sided interval of 98 %. */
const z98 = normalQuantile(0.99)

type Direction = 'increase' | 'decrease' | 'either'
type Metric = { group: string; direction: Direction; isCritical?: boolean; read: (figures: Figures) => number }

/**
 * A fixed sample at the end of each step, in the manner of Kayenta (MannWhitneyClassifier.scala, WeightedSumScorer.scala):
 * Mann-Whitney on the minutes' figures of both arms since the start, at 98 % confidence, tolerance a quarter of the
 * Hodges-Lehmann estimate; the score is the mean over groups of the share of metrics that pass, zero if the critical one fails;
 * below 75 rolls back at any step, below 95 at the last. It is given the model's figures as well.
 */
export const mannWhitney: CanaryJudge = (draw, steps) => {
  const looks: Look[] = []
  const ending = (end: End['end']): End => ({
    end,
    minutes: looks.length,
    samples: looks.reduce((sum, { challenger }) => sum + challenger.requests, 0),
  })
  for (const [i, step] of steps.entries()) {
    for (let elapsed = 0; elapsed < step.minutes; elapsed++) looks.push(draw(step.share))
    if (scoreOf(looks) < (i === steps.length - 1 ? 95 : 75)) return ending('rolled back')
  }
  return ending('promoted')
}

function scoreOf(looks: readonly Look[]): number {
  const series = (arm: keyof Look) => looks.flatMap((look) => figuresOf(look[arm]) ?? [])
  const [champion, challenger] = [series('champion'), series('challenger')]
  const results = metricsOf(looks).map((metric) => ({
    ...metric,
    isPass: passes(challenger.map(metric.read), champion.map(metric.read), metric),
  }))
  if (results.some(({ isCritical, isPass }) => isCritical && !isPass)) return 0
  const groups = [...new Set(results.map(({ group }) => group))].map((group) => results.filter((result) => result.group === group))
  const shares = groups.map((group) => group.filter(({ isPass }) => isPass).length / group.length)
  return (100 * shares.reduce((sum, share) => sum + share, 0)) / shares.length
}

function metricsOf(looks: readonly Look[]): Metric[] {
  const classes = looks[0]?.champion.classes.length ?? 0
  return [
    { group: 'requests', direction: 'increase', isCritical: true, read: (f) => f.errors },
    { group: 'requests', direction: 'increase', read: (f) => f.p50Ms },
    { group: 'requests', direction: 'increase', read: (f) => f.p99Ms },
    { group: 'model', direction: 'decrease', read: (f) => f.confidence },
    { group: 'model', direction: 'increase', read: (f) => f.low },
    ...Array.from(
      { length: Math.min(classes, 10) },
      (_, k): Metric => ({ group: 'mix', direction: 'either', read: (f) => f.classes[k] ?? 0 }),
    ),
  ]
}

/** Whether the 98 % interval of the shift does not lie beyond a quarter of its estimate in the direction that is bad. */
function passes(experiment: readonly number[], control: readonly number[], { direction }: Pick<Metric, 'direction'>): boolean {
  const shifts = Float64Array.from(experiment.flatMap((x) => control.map((y) => x - y))).sort()
  if (shifts.length === 0) return true
  const pairs = experiment.length * control.length
  const deviation = Math.sqrt((pairs * (experiment.length + control.length + 1)) / 12)
  const rank = Math.max(0, Math.floor(pairs / 2 - z98 * deviation))
  const bound = 0.25 * Math.abs(shifts[Math.floor(pairs / 2)] ?? 0)
  if (direction !== 'decrease' && (shifts[rank] ?? 0) > bound) return false
  return direction === 'increase' || (shifts[pairs - 1 - rank] ?? 0) >= -bound
}
