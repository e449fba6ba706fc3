import { AppError } from '#core/errors/app-error'
import type { JudgedStep } from './judge'
import type { SignalVerdict, Verdict } from './measured'
import { type NextRelease, type Serving, split } from './next-release'
import type { JudgePolicy, Strategy } from './strategy'

/**
 * A version on its way to traffic. Pure: (where it is, what the judge says, now) -> where it goes and what is released.
 *
 *               ┌────── promote verdict, not the last step: one step on, a new release ──────┐
 *               ▼                                                                            │
 *   start ──> running ───────────────────────────────────────────────────────────────────────┘
 *               │  ▲
 *               │  └── resume ── held     a person pressed hold, or moved the share by hand
 *               │  └── resume ── asking   inconclusive, or the end of a strategy that a person decides
 *               ▼
 *            promoted     the last step held, or a person promoted: the challenger has all traffic
 *            rolled-back  harm was proven (also while held or asking), or a person rolled back
 *            ended        something else was released by hand
 *
 * held and asking never grow the share. A strategy that is not automatic never moves by itself: its verdicts are only shown.
 * Steps: canary has those of its strategy; blue/green has 0 (the new colour warms up on standby) and 1 (it has all traffic, the
 * old one is on standby); the others have one.
 */

export const rolloutStatuses = ['running', 'held', 'asking', 'promoted', 'rolled-back', 'ended'] as const
export type RolloutStatus = (typeof rolloutStatuses)[number]

/** What makes traffic with two versions: all but all at once. */
export type RolloutStrategy = Exclude<Strategy, { kind: 'all-at-once' }>

export type RolloutNow = {
  strategy: RolloutStrategy
  status: 'running' | 'held' | 'asking'
  step: number
  stepSinceMs: number
  sentence: string
}

export type RolloutMove = {
  status: RolloutStatus
  step: number
  stepSinceMs: number
  /** The release that goes with it: that of the new step, all traffic for the challenger, or the last good one. */
  change: 'step' | 'promote' | 'rollback' | null
  sentence: string
}

export type RolloutStep = { share: number; minutes: number; minSamples: number }

const minuteMs = 60_000
/** So long a new colour may take to be loaded everywhere before somebody is asked. */
const warmUpMs = 2 * minuteMs

/** Where a rollout goes after a verdict. */
export function nextRollout(rollout: RolloutNow, verdict: Verdict, nowMs: number): RolloutMove {
  const { strategy, status } = rollout
  const say = (sentence: string): RolloutMove => ({ ...placeOf(rollout), change: null, sentence })
  if (!isAutomatic(strategy)) return say(status === 'running' ? verdict.sentence : rollout.sentence)
  if (verdict.decision === 'rollback') {
    return { ...placeOf(rollout), status: 'rolled-back', change: 'rollback', sentence: verdict.sentence }
  }
  if (status !== 'running') return say(rollout.sentence)
  switch (verdict.decision) {
    case 'continue':
    case 'hold':
      return say(verdict.sentence)
    case 'inconclusive':
      return { ...say(verdict.sentence), status: 'asking' }
    case 'promote':
      return afterGoodVerdict(rollout, verdict, nowMs)
  }
}

/** Whether gateways have a release in force. */
export type Warmth = { alive: number; inForce: number; problem: string | null }

/** Where a blue/green rollout goes from its first step: to the switch as soon as every gateway has the new colour warm. */
export function nextAfterWarmUp(rollout: RolloutNow, { alive, inForce, problem }: Warmth, nowMs: number): RolloutMove {
  if (rollout.status !== 'running') return { ...placeOf(rollout), change: null, sentence: rollout.sentence }
  if (alive > 0 && inForce === alive) {
    const sentence = 'The new version is warm on every gateway and takes all traffic; the old one stays on standby.'
    return { status: 'running', step: 1, stepSinceMs: nowMs, change: 'step', sentence }
  }
  const waits =
    alive === 0 ? 'No gateway runs, so nothing can be warmed up.' : `The new version is warm on ${inForce} of ${alive} gateways.`
  const sentence = problem === null ? waits : `${waits} ${problem}`
  const isOver = nowMs - rollout.stepSinceMs >= warmUpMs
  return { ...placeOf(rollout), status: isOver ? 'asking' : 'running', change: null, sentence }
}

/** Where the judge stands. `minSamples` counts from the beginning of the rollout. */
export function judgedStep({ strategy, step, stepSinceMs }: RolloutNow, nowMs: number): JudgedStep {
  const { minutes, minSamples } = stepOf(strategy, step)
  const minMs = minutes * minuteMs
  return {
    elapsedMs: nowMs - stepSinceMs,
    minMs,
    maxMs: minMs * policyOf(strategy).patience,
    minSamples,
    isLast: strategy.kind !== 'canary' || nextShare(strategy, step) === null,
  }
}

/** Every step with the share of the challenger (of a shadow, of the copies): what pages and the command line show. */
export function stepsOf(strategy: RolloutStrategy): RolloutStep[] {
  switch (strategy.kind) {
    case 'canary':
      return strategy.steps.filter(({ share }) => share < 100)
    case 'blue-green': {
      const { minutes, minSamples } = strategy
      return [
        { share: 0, minutes: 0, minSamples: 0 },
        { share: 100, minutes, minSamples },
      ]
    }
    case 'shadow':
    case 'ab':
      return [{ share: strategy.share, minutes: strategy.minutes, minSamples: strategy.minSamples }]
    case 'bandit':
      return [{ share: banditStart, minutes: strategy.minutes, minSamples: strategy.minSamples }]
  }
}

/** The earliest moment at which something may happen by itself; null when nothing will. */
export function nextStepAtMs(rollout: RolloutNow): number | null {
  if (rollout.status !== 'running' || !isAutomatic(rollout.strategy)) return null
  return rollout.stepSinceMs + stepOf(rollout.strategy, rollout.step).minutes * minuteMs
}

/** What a step serves: routes and, for the strategies that need them, shadow, standby or bandit; everything else is as before. */
export function rolloutRelease(
  strategy: RolloutStrategy,
  step: number,
  { championId, challengerId, base }: { championId: string; challengerId: string; base: Omit<Serving, 'routes'> },
): NextRelease {
  const { settings, lowConfidence } = base
  const only = (versionId: string) => [{ versionId, weight: 100 }]
  const { share } = stepOf(strategy, step)
  switch (strategy.kind) {
    case 'canary':
      return { kind: step === 0 ? 'canary' : 'share', routes: split(championId, challengerId, share), ...base, rollbackOf: null }
    case 'blue-green': {
      const [active, standby] = step === 0 ? [championId, challengerId] : [challengerId, championId]
      return { kind: 'blue-green', routes: only(active), settings: { ...settings, standby: [standby] }, lowConfidence, rollbackOf: null }
    }
    case 'shadow': {
      const shadow = { versionId: challengerId, share }
      return { kind: 'shadow', routes: only(championId), settings: { ...settings, shadow }, lowConfidence, rollbackOf: null }
    }
    case 'ab': {
      const assigned: typeof settings = { ...settings, assignment: { kind: 'weights' } }
      return { kind: 'ab', routes: split(championId, challengerId, share), settings: assigned, lowConfidence, rollbackOf: null }
    }
    case 'bandit': {
      const assigned = { ...settings, assignment: strategy.assignment }
      return { kind: 'bandit', routes: split(championId, challengerId, share), settings: assigned, lowConfidence, rollbackOf: null }
    }
  }
}

/** The step that a share set by hand belongs to: the last one that has no larger share. */
export function stepOfShare(strategy: RolloutStrategy, share: number): number {
  if (strategy.kind !== 'canary') return 0
  return Math.max(
    0,
    strategy.steps.filter((step) => step.share < 100).findLastIndex((step) => step.share <= share),
  )
}

/** Refuses what no rollout can do. */
export function checkStrategy(strategy: RolloutStrategy): void {
  if (strategy.kind === 'bandit' && strategy.assignment.kind !== 'bandit') {
    throw new AppError('bad_input', { detail: 'A bandit needs a method: epsilon-greedy or Thompson.' })
  }
  if (strategy.kind !== 'canary') return
  const shares = strategy.steps.map(({ share }) => share)
  if (shares.some((share, i) => i > 0 && share <= (shares[i - 1] ?? 0))) {
    throw new AppError('bad_input', { detail: `The shares of a canary rise from step to step; these are ${shares.join(', ')} %.` })
  }
  if (shares[0] === 100) {
    throw new AppError('bad_input', { detail: 'A canary whose first step is 100 % is no canary. Deploy all at once, or begin with less.' })
  }
}

export function policyOf(strategy: RolloutStrategy): JudgePolicy {
  return strategy.judge
}

/** Whether it moves by itself; A/B tests and bandits end with a question, but harm is undone at once. */
export function isAutomatic(strategy: RolloutStrategy): boolean {
  return strategy.kind === 'canary' || strategy.kind === 'blue-green' ? strategy.automatic : true
}

/** A bandit knows nothing at first, so both arms begin alike. */
const banditStart = 50

function afterGoodVerdict(rollout: RolloutNow, verdict: Verdict, nowMs: number): RolloutMove {
  const { strategy, step } = rollout
  const ask = (sentence: string): RolloutMove => ({ ...placeOf(rollout), status: 'asking', change: null, sentence })
  const promoted: RolloutMove = {
    ...placeOf(rollout),
    status: 'promoted',
    change: 'promote',
    sentence: `${verdict.sentence} It takes all traffic.`,
  }
  switch (strategy.kind) {
    case 'canary': {
      const share = nextShare(strategy, step)
      if (share === null) return promoted
      const sentence = `${verdict.sentence} On to ${share} %.`
      return { status: 'running', step: step + 1, stepSinceMs: nowMs, change: 'step', sentence }
    }
    case 'blue-green':
      return { ...promoted, sentence: `${verdict.sentence} The old version is dropped from standby.` }
    case 'shadow':
      return strategy.onGood === 'promote' ? promoted : ask(`${verdict.sentence} Promote it, or roll back to end the shadow.`)
    case 'ab':
    case 'bandit':
      return ask(`The test is over. ${outcomeWords(verdict)} Promote the challenger, or roll back to end it.`)
  }
}

/** What outcomes say, for the end of a test: the judge waits for them. */
function outcomeWords({ sentence, signals }: Verdict): string {
  const known = signals.filter((signal) => isOutcome(signal) && signal.state !== 'no-data')
  return known.length === 0 ? sentence : known.map((signal) => signal.sentence).join(' ')
}

const isOutcome = ({ signal }: SignalVerdict) => signal === 'accuracy' || signal.startsWith('business:')

/** Share of the step after; null when what comes is all traffic. */
function nextShare(strategy: Extract<Strategy, { kind: 'canary' }>, step: number): number | null {
  const share = strategy.steps[step + 1]?.share ?? 100
  return share === 100 ? null : share
}

function stepOf(strategy: RolloutStrategy, step: number): RolloutStep {
  const steps = stepsOf(strategy)
  const found = steps[Math.min(step, steps.length - 1)]
  if (!found) throw new AppError('bug')
  return found
}

function placeOf({ status, step, stepSinceMs }: RolloutNow): Pick<RolloutMove, 'status' | 'step' | 'stepSinceMs'> {
  return { status, step, stepSinceMs }
}
