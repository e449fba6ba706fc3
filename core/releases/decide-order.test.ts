import { describe, expect, it } from 'vitest'
import { decideOrder, needsSecondPerson, type OpenRollout } from './decide-order'
import { type ReleaseOrderInput, releaseOrderSchema } from './order'
import { defaultSettings } from './settings'
import { defaultCanary, strategySchema } from './strategy'
import { pastRelease } from './testing'

const ids = { v1: crypto.randomUUID(), v2: crypto.randomUUID(), v3: crypto.randomUUID() }
const split = (weights: Partial<Record<keyof typeof ids, number>>) =>
  Object.fromEntries(Object.entries(weights).map(([name, weight]) => [ids[name as keyof typeof ids], weight])) // the keys are those of the argument
const alone = [pastRelease(1, split({ v1: 100 }))]
const underWay = [...alone, pastRelease(2, split({ v1: 75, v2: 25 }), { rolloutId: 'r' })]
const rollout: OpenRollout = {
  strategy: defaultCanary,
  status: 'running',
  step: 1,
  stepSinceMs: 0,
  sentence: '',
  championId: ids.v1,
  challengerId: ids.v2,
}
const test = strategySchema.parse({ kind: 'ab', minutes: 1, minSamples: 1 })

type Order = ReleaseOrderInput extends infer O ? (O extends unknown ? Omit<O, 'deployment'> : never) : never
const decide = (order: Order, open: OpenRollout | null = rollout, releases = open ? underWay : alone) =>
  decideOrder(releaseOrderSchema.parse({ deployment: 'triage', ...order }), { releases, rollout: open, by: 'Ada' })

describe('decideOrder', () => {
  it('begins a rollout with the release of its first step', () => {
    const { next, starts, changes } = decide({ kind: 'deploy', versionId: ids.v2, strategy: defaultCanary }, null)
    expect(next).toMatchObject({ kind: 'canary', routes: [{ weight: 95 }, { versionId: ids.v2, weight: 5 }] })
    expect(starts).toMatchObject({ championId: ids.v1, challengerId: ids.v2 })
    expect(changes).toBeNull()
  })
  it('gives a first version all traffic whatever the strategy', () => {
    expect(decide({ kind: 'deploy', versionId: ids.v1, strategy: test }, null, [])).toMatchObject({
      next: { kind: 'deploy' },
      starts: null,
    })
  })
  it.each([
    ['another version', { versionId: ids.v3 }, 'ended'],
    ['another rollout', { versionId: ids.v3, strategy: defaultCanary }, 'ended'],
    ['the challenger with all traffic', { versionId: ids.v2 }, 'promoted'],
    ['the champion with all traffic', { versionId: ids.v1 }, 'rolled-back'],
  ])('deploying %s ends the rollout', (_, order, status) => {
    expect(decide({ kind: 'deploy', ...order }).changes).toMatchObject({ status })
  })
  it.each([
    ['promote', { kind: 'promote' }, 'promoted', 'promote'],
    ['rollback', { kind: 'rollback' }, 'rolled-back', 'rollback'],
    ['share 100', { kind: 'share', share: 100 }, 'promoted', 'promote'],
    ['share 0', { kind: 'share', share: 0 }, 'rolled-back', 'rollback'],
    ['share 60', { kind: 'share', share: 60 }, 'held', 'share'],
    ['hold', { kind: 'hold', reason: 'odd' }, 'held', undefined],
  ] as const)('%s', (_, order, status, kind) => {
    const { next, changes } = decide(order)
    expect(changes?.status).toBe(status)
    expect(next?.kind).toBe(kind)
    expect(changes?.sentence).toContain('Ada')
  })
  it('a share set by hand belongs to a step, and holds only what moves by itself', () => {
    expect(decide({ kind: 'share', share: 60 }).changes).toMatchObject({ step: 2, restarts: true })
    const byHand = { ...rollout, strategy: { ...defaultCanary, automatic: false } }
    expect(decide({ kind: 'share', share: 60 }, byHand).changes).toMatchObject({ status: 'running', step: 2 })
  })
  it('lets what is held or asks go on from now', () => {
    for (const status of ['held', 'asking'] as const) {
      expect(decide({ kind: 'resume' }, { ...rollout, status })).toMatchObject({
        next: null,
        changes: { status: 'running', restarts: true },
      })
    }
  })
  it('leaves every step to people, and takes it back', () => {
    expect(decide({ kind: 'automatic', automatic: false }).changes?.strategy).toMatchObject({ kind: 'canary', automatic: false })
    if (test.kind === 'all-at-once') throw new Error('is a rollout')
    expect(() => decide({ kind: 'automatic', automatic: false }, { ...rollout, strategy: test })).toThrow(/Only a canary/)
  })
  it.each([
    ['hold twice', { kind: 'hold' }, { ...rollout, status: 'held' }, /held already/],
    ['resume what runs', { kind: 'resume' }, rollout, /goes on already/],
    ['hold nothing', { kind: 'hold' }, null, /No rollout is under way/],
    ['settings in a rollout', { kind: 'settings', lowConfidence: 0.1 }, rollout, /under other settings/],
    ['a strategy and a share', { kind: 'deploy', versionId: ids.v2, strategy: defaultCanary, share: 5 }, null, /not both/],
    ['the champion as challenger', { kind: 'deploy', versionId: ids.v1, strategy: test }, null, /its own challenger/],
  ] as const)('refuses to %s', (_, order, open, words) => expect(() => decide(order, open)).toThrow(words))
})

describe('needsSecondPerson', () => {
  const release = (weights: Parameters<typeof split>[0], settings = defaultSettings) => pastRelease(1, split(weights), { settings })
  const next = (weights: Parameters<typeof split>[0], settings = defaultSettings, kind: 'deploy' | 'rollback' = 'deploy') => ({
    ...release(weights, settings),
    kind,
    rollbackOf: null,
  })
  const named = (versionId: string) => ({ ...defaultSettings, standby: [versionId] })
  it.each([
    ['a first release', null, next({ v1: 100 }), true],
    ['a new version', release({ v1: 100 }), next({ v2: 100 }), true],
    ['a larger share', release({ v1: 90, v2: 10 }), next({ v1: 80, v2: 20 }), true],
    ['a smaller share', release({ v1: 80, v2: 20 }), next({ v1: 90, v2: 10 }), false],
    ['the champion alone', release({ v1: 80, v2: 20 }), next({ v1: 100 }), false],
    ['settings that name a new version', release({ v1: 100 }), next({ v1: 100 }, named(ids.v3)), true],
    ['settings of known versions', release({ v1: 100 }, named(ids.v3)), next({ v1: 100 }), false],
    ['a rollback', release({ v2: 100 }), next({ v1: 100 }, defaultSettings, 'rollback'), false],
  ])('%s: %s', (_, current, wanted, needs) => expect(needsSecondPerson(current, wanted)).toBe(needs))
})
