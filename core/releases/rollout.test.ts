import { describe, expect, it } from 'vitest'
import type { Decision, SignalVerdict, Verdict } from './measured'
import {
  checkStrategy,
  judgedStep,
  nextAfterWarmUp,
  nextRollout,
  nextStepAtMs,
  type RolloutMove,
  type RolloutNow,
  type RolloutStrategy,
  rolloutRelease,
  stepOfShare,
  stepsOf,
} from './rollout'
import { defaultSettings } from './settings'
import { defaultCanary, strategySchema } from './strategy'

/** A strategy from what differs from its defaults. */
function strategy(wish: Record<string, unknown>): RolloutStrategy {
  const parsed = strategySchema.parse({ minutes: 5, minSamples: 100, ...wish })
  if (parsed.kind === 'all-at-once') throw new Error('makes no rollout')
  return parsed
}
const canary: RolloutStrategy = defaultCanary
const byHand: RolloutStrategy = { ...defaultCanary, automatic: false }
const blueGreen = strategy({ kind: 'blue-green' })
const bandit = strategy({ kind: 'bandit', assignment: { kind: 'bandit', method: 'thompson' } })

const accuracy: SignalVerdict = {
  signal: 'accuracy',
  state: 'safe',
  champion: 0.1,
  challenger: 0.05,
  limit: 0.12,
  unit: 'share',
  pHarm: 1,
  pSafe: 0.001,
  samples: 900,
  sentence: 'Fewer answers are wrong.',
}
const verdict = (decision: Decision, signals: SignalVerdict[] = []): Verdict => ({ decision, sentence: `It says ${decision}.`, signals })
const at = (what: RolloutStrategy, status: RolloutNow['status'] = 'running', step = 0): RolloutNow => ({
  strategy: what,
  status,
  step,
  stepSinceMs: 1_000,
  sentence: 'As before.',
})

describe('nextRollout', () => {
  const cases: [string, RolloutNow, Decision, RolloutMove['status'], number, RolloutMove['change']][] = [
    ['goes on', at(canary), 'continue', 'running', 0, null],
    ['does not grow on a doubt', at(canary, 'running', 1), 'hold', 'running', 1, null],
    ['steps', at(canary), 'promote', 'running', 1, 'step'],
    ['steps again', at(canary, 'running', 1), 'promote', 'running', 2, 'step'],
    ['promotes after the last step', at(canary, 'running', 2), 'promote', 'promoted', 2, 'promote'],
    ['rolls back', at(canary, 'running', 1), 'rollback', 'rolled-back', 1, 'rollback'],
    ['asks when it cannot tell', at(canary, 'running', 1), 'inconclusive', 'asking', 1, null],
    ['held: never grows', at(canary, 'held', 1), 'promote', 'held', 1, null],
    ['held: does not ask', at(canary, 'held', 1), 'inconclusive', 'held', 1, null],
    ['held: harm still rolls back', at(canary, 'held', 1), 'rollback', 'rolled-back', 1, 'rollback'],
    ['asking: waits for the person', at(canary, 'asking', 1), 'promote', 'asking', 1, null],
    ['asking: harm still rolls back', at(canary, 'asking', 1), 'rollback', 'rolled-back', 1, 'rollback'],
    ['by hand: never steps', at(byHand), 'promote', 'running', 0, null],
    ['by hand: never rolls back', at(byHand), 'rollback', 'running', 0, null],
    ['by hand: never asks', at(byHand), 'inconclusive', 'running', 0, null],
    ['blue/green drops the old colour', at(blueGreen, 'running', 1), 'promote', 'promoted', 1, 'promote'],
    ['a shadow asks', at(strategy({ kind: 'shadow' })), 'promote', 'asking', 0, null],
    ['a shadow may promote', at(strategy({ kind: 'shadow', onGood: 'promote' })), 'promote', 'promoted', 0, 'promote'],
    ['a test asks at its end', at(strategy({ kind: 'ab' })), 'promote', 'asking', 0, null],
    ['a test ends on harm', at(strategy({ kind: 'ab' })), 'rollback', 'rolled-back', 0, 'rollback'],
    ['a bandit asks at its end', at(bandit), 'promote', 'asking', 0, null],
  ]
  it.each(cases)('%s', (_, rollout, decision, status, step, change) => {
    const move = nextRollout(rollout, verdict(decision), 9_000)
    expect(move).toMatchObject({ status, step, change })
    expect(move.stepSinceMs).toBe(change === 'step' ? 9_000 : 1_000)
  })
  it('says why it is where it is', () => {
    expect(nextRollout(at(canary), verdict('promote'), 0).sentence).toBe('It says promote. On to 25 %.')
    expect(nextRollout(at(canary, 'running', 2), verdict('promote'), 0).sentence).toBe('It says promote. It takes all traffic.')
    expect(nextRollout(at(byHand), verdict('promote'), 0).sentence).toBe('It says promote.')
    expect(nextRollout(at(canary, 'held'), verdict('promote'), 0).sentence).toBe('As before.')
    expect(nextRollout(at(bandit), verdict('promote', [accuracy]), 0).sentence).toMatch(
      /^The test is over. Fewer answers are wrong. Promote/,
    )
  })
  it('a last step of 100 % is the promotion itself', () => {
    const steps = [10, 100].map((share) => ({ share, minutes: 1, minSamples: 1 }))
    const full = strategy({ kind: 'canary', steps })
    expect(nextRollout(at(full), verdict('promote'), 0)).toMatchObject({ status: 'promoted', change: 'promote' })
    expect(stepsOf(full)).toHaveLength(1)
    expect(judgedStep(at(full), 0).isLast).toBe(true)
  })
})

describe('nextAfterWarmUp', () => {
  const warm = { alive: 2, inForce: 2, problem: null }
  it('switches when every gateway is warm', () => {
    expect(nextAfterWarmUp(at(blueGreen), warm, 9_000)).toMatchObject({ status: 'running', step: 1, stepSinceMs: 9_000, change: 'step' })
  })
  it.each([
    ['one is not warm', { ...warm, inForce: 1 }, 2_000, 'running', /1 of 2 gateways/],
    ['no gateway runs', { alive: 0, inForce: 0, problem: null }, 2_000, 'running', /No gateway runs/],
    ['it takes too long', { ...warm, inForce: 1, problem: 'out of memory' }, 121_000, 'asking', /1 of 2 gateways. out of memory/],
  ] as const)('waits while %s', (_, warmth, nowMs, status, words) => {
    const move = nextAfterWarmUp(at(blueGreen), warmth, nowMs)
    expect(move).toMatchObject({ status, step: 0, change: null })
    expect(move.sentence).toMatch(words)
  })
  it('does not switch while a person holds it', () => {
    expect(nextAfterWarmUp(at(blueGreen, 'held'), warm, 9_000)).toMatchObject({ status: 'held', change: null })
  })
})

describe('rolloutRelease', () => {
  const base = { settings: { ...defaultSettings, timeoutMs: 500 }, lowConfidence: 0.3 }
  const versions = { championId: 'v1', challengerId: 'v2', base }
  it.each([
    ['canary, first', canary, 0, 'canary', 'v1 95, v2 5', {}],
    ['canary, third', canary, 2, 'share', 'v1 50, v2 50', {}],
    ['blue/green before the switch', blueGreen, 0, 'blue-green', 'v1 100', { standby: ['v2'] }],
    ['blue/green after the switch', blueGreen, 1, 'blue-green', 'v2 100', { standby: ['v1'] }],
    ['shadow', strategy({ kind: 'shadow', share: 20 }), 0, 'shadow', 'v1 100', { shadow: { versionId: 'v2', share: 20 } }],
    ['A/B', strategy({ kind: 'ab', share: 30 }), 0, 'ab', 'v1 70, v2 30', { assignment: { kind: 'weights' } }],
    ['bandit', bandit, 0, 'bandit', 'v1 50, v2 50', { assignment: { kind: 'bandit', method: 'thompson' } }],
  ] as const)('%s', (_, what, step, kind, routes, settings) => {
    const next = rolloutRelease(what, step, versions)
    expect(next.routes.map(({ versionId, weight }) => `${versionId} ${weight}`).join(', ')).toBe(routes)
    expect(next).toMatchObject({ kind, settings: { timeoutMs: 500, ...settings }, lowConfidence: 0.3 })
  })
})

describe('steps', () => {
  it('ask for time and samples', () => {
    expect(judgedStep(at(canary, 'running', 1), 61_000)).toEqual({
      elapsedMs: 60_000,
      minMs: 600_000,
      maxMs: 1_800_000,
      minSamples: 500,
      isLast: false,
    })
    expect(judgedStep(at(canary, 'running', 2), 5).isLast).toBe(true)
    expect(judgedStep(at(blueGreen, 'running', 1), 5)).toMatchObject({ minSamples: 100, isLast: true })
  })
  it('say when the next may come, unless a person decides', () => {
    expect(nextStepAtMs(at(canary))).toBe(601_000)
    expect(nextStepAtMs(at(canary, 'held'))).toBeNull()
    expect(nextStepAtMs(at(byHand))).toBeNull()
  })
  it.each([
    [1, 0],
    [5, 0],
    [24, 0],
    [25, 1],
    [60, 2],
  ])('a share of %i %% set by hand belongs to step %i', (share, step) => expect(stepOfShare(canary, share)).toBe(step))
  it.each([
    [[100], /first step is 100 %/],
    [[5, 5], /rise from step to step; these are 5, 5 %/],
    [[25, 5], /rise from step to step/],
  ])('refuses %j', (shares, words) => {
    const steps = shares.map((share) => ({ share, minutes: 1, minSamples: 1 }))
    expect(() => checkStrategy(strategy({ kind: 'canary', steps }))).toThrow(words)
  })
  it('refuses a bandit without a method', () => {
    expect(() => checkStrategy(strategy({ kind: 'bandit', assignment: { kind: 'weights' } }))).toThrow(/needs a method/)
    expect(() => checkStrategy(bandit)).not.toThrow()
  })
})
