import { describe, expect, it } from 'vitest'
import {
  isServedAlike,
  nextAfterDeploy,
  nextAfterPromote,
  nextAfterRollback,
  nextAfterSettings,
  nextAfterShare,
  rollbackTarget,
  settledSettings,
} from './next-release'
import { defaultSettings } from './settings'
import { pastRelease as release } from './testing'

const routesOf = (split: Record<string, number>) => release(0, split).routes

describe('deploy', () => {
  it('gives a first version everything, whatever share was asked', () => {
    expect(nextAfterDeploy([], { versionId: 'v1', share: 20 })).toEqual({
      kind: 'deploy',
      routes: routesOf({ v1: 100 }),
      settings: defaultSettings,
      lowConfidence: 0.6,
      rollbackOf: null,
    })
  })
  it('splits with the champion, replacing an earlier challenger', () => {
    const next = nextAfterDeploy([release(2, { v1: 90, v2: 10 })], { versionId: 'v3', share: 20 })
    expect(next).toMatchObject({ kind: 'canary', routes: routesOf({ v1: 80, v3: 20 }) })
  })
  it('serves as before but for what is wished', () => {
    const before = release(1, { v1: 100 }, { settings: { ...defaultSettings, timeoutMs: 500, reviewShare: 7 }, lowConfidence: 0.4 })
    const next = nextAfterDeploy([before], { versionId: 'v2', share: 100, wish: { settings: { timeoutMs: 900 } } })
    expect(next).toMatchObject({ settings: { timeoutMs: 900, reviewShare: 7 }, lowConfidence: 0.4 })
    const undone = nextAfterDeploy([before], {
      versionId: 'v2',
      share: 100,
      wish: { settings: { timeoutMs: undefined }, lowConfidence: 0 },
    })
    expect(undone).toMatchObject({ settings: { timeoutMs: 500 }, lowConfidence: 0 })
  })
  it('is a change of settings when the version stays', () => {
    const next = nextAfterDeploy([release(1, { v1: 100 })], { versionId: 'v1', share: 100, wish: { lowConfidence: 0.8 } })
    expect(next).toMatchObject({ kind: 'settings', lowConfidence: 0.8 })
  })
  it('refuses the champion as its own challenger, and impossible shares', () => {
    expect(() => nextAfterDeploy([release(1, { v1: 100 })], { versionId: 'v1', share: 20 })).toThrow(/its own challenger/)
    for (const share of [0, 2.5, -1, 101, Number.NaN])
      expect(() => nextAfterDeploy([release(1, { v1: 100 })], { versionId: 'v2', share })).toThrow(/whole percent/)
  })
})

describe('share, promote and settings', () => {
  const canary = [release(2, { v1: 80, v2: 20 })]
  it.each([
    [50, 'share', { v1: 50, v2: 50 }],
    [0, 'share', { v1: 100 }],
    [100, 'promote', { v2: 100 }],
  ])('share %i', (share, kind, split) => {
    expect(nextAfterShare(canary, share)).toMatchObject({ kind, routes: routesOf(split), rollbackOf: null })
  })
  it('needs a challenger', () => {
    expect(() => nextAfterShare([release(1, { v1: 100 })], 50)).toThrow(/no challenger/)
    expect(() => nextAfterPromote([release(1, { v1: 100 })])).toThrow(/no challenger/)
  })
  it('promotes what has no traffic yet, without the shadow that it was', () => {
    const shadow = { versionId: 'v2', share: 100 }
    const history = [release(1, { v1: 100 }), release(2, { v1: 100 }, { rolloutId: 'r', settings: { ...defaultSettings, shadow } })]
    expect(nextAfterPromote(history, 'v2')).toMatchObject({ routes: routesOf({ v2: 100 }), settings: { shadow: null } })
  })
  it('changes how the same versions are served', () => {
    const next = nextAfterSettings(canary, { settings: { cache: { on: true, entries: 5 } } })
    expect(next).toMatchObject({ kind: 'settings', routes: routesOf({ v1: 80, v2: 20 }), settings: { cache: { on: true, entries: 5 } } })
    expect(() => nextAfterSettings([], {})).toThrow(/no release yet/)
  })
})

describe('what is alike', () => {
  const one = release(1, { v1: 100 })
  it.each([
    ['other routes', release(2, { v2: 100 })],
    ['another threshold', release(2, { v1: 100 }, { lowConfidence: 0.7 })],
    ['other settings', release(2, { v1: 100 }, { settings: { ...defaultSettings, standby: ['v2'] } })],
  ])('%s', (_, other) => expect(isServedAlike(one, other)).toBe(false))
  it('does not hang on the order of keys, which the database does not keep', () => {
    const settings = { ...defaultSettings, cache: { entries: 10_000, on: false } }
    expect(isServedAlike(one, release(9, { v1: 100 }, { settings }))).toBe(true)
  })
})

describe('rollback', () => {
  const history = [release(1, { v1: 100 }), release(2, { v1: 95, v2: 5 }), release(3, { v1: 90, v2: 10 }), release(4, { v2: 100 })]
  it('ends a canary with the champion that was alone before', () => {
    expect(rollbackTarget(history.slice(0, 3))?.number).toBe(1)
    expect(nextAfterRollback(history.slice(0, 3))).toMatchObject({ kind: 'rollback', routes: routesOf({ v1: 100 }), rollbackOf: 1 })
  })
  it('goes from a promoted version to the one before', () => {
    expect(rollbackTarget(history)?.number).toBe(1)
  })
  it('goes further back when used twice, never forward to what was bad', () => {
    const more = [release(1, { v1: 100 }), release(2, { v2: 100 }), release(3, { v3: 100 }), release(4, { v2: 100 }, { rollbackOf: 2 })]
    expect(rollbackTarget(more)?.number).toBe(1)
    expect(rollbackTarget([...more, release(5, { v1: 100 }, { rollbackOf: 1 })])).toBeNull()
  })
  it('leaves out what was rolled back from, also when it looks through a rollback', () => {
    const bad = [release(1, { v1: 100 }), release(2, { v2: 100 }), release(3, { v1: 100 }, { rollbackOf: 1 }), release(4, { v3: 100 })]
    expect(rollbackTarget(bad)?.number).toBe(3)
    expect(rollbackTarget([...bad, release(5, { v1: 100 }, { rollbackOf: 3 })])).toBeNull()
  })
  it('brings back settings and threshold, and undoes a change of settings alone', () => {
    const slow = { ...defaultSettings, timeoutMs: 99 }
    const changed = [release(1, { v1: 100 }, { lowConfidence: 0.3 }), release(2, { v1: 100 }, { settings: slow })]
    expect(nextAfterRollback(changed)).toMatchObject({ rollbackOf: 1, lowConfidence: 0.3, settings: defaultSettings })
    const later = [...changed, release(3, { v2: 100 }, { settings: slow, lowConfidence: 0.9 })]
    expect(nextAfterRollback(later)).toMatchObject({ rollbackOf: 2, routes: routesOf({ v1: 100 }), settings: slow, lowConfidence: 0.6 })
  })
  it('never goes to a step of a rollout by itself, and brings one back without its shadow, standby and bandit', () => {
    const standby = (versionId: string) => ({ rolloutId: 'r', settings: { ...defaultSettings, standby: [versionId] } })
    const green = [release(1, { v1: 100 }), release(2, { v1: 100 }, standby('v2')), release(3, { v2: 100 }, standby('v1'))]
    expect(rollbackTarget(green)?.number).toBe(1)
    const done = [...green, release(4, { v2: 100 }, { rolloutId: 'r' }), release(5, { v3: 100 })]
    expect(rollbackTarget(done)?.number).toBe(4)
    expect(nextAfterRollback(done, 2)).toMatchObject({ routes: routesOf({ v1: 100 }), settings: { standby: [] } })
  })
  it('takes any release by number', () => {
    expect(nextAfterRollback(history, 2)).toMatchObject({ rollbackOf: 2, routes: routesOf({ v1: 95, v2: 5 }) })
    expect(() => nextAfterRollback(history, 9)).toThrow(/no release 9/)
    expect(() => nextAfterRollback(history, 4)).toThrow(/already is/)
  })
  it('says when there is nothing to go back to', () => {
    expect(() => nextAfterRollback([release(1, { v1: 100 })])).toThrow(/no earlier release/)
    expect(rollbackTarget([])).toBeNull()
  })
})

describe('settledSettings', () => {
  it('puts back what stood before a rollout, through a rollout that another one replaced', () => {
    const standing = { ...defaultSettings, shadow: { versionId: 'v9', share: 10 } }
    const history = [
      release(1, { v1: 100 }, { settings: standing }),
      release(2, { v1: 100 }, { rolloutId: 'a', settings: { ...defaultSettings, shadow: { versionId: 'v2', share: 100 } } }),
      release(3, { v1: 100 }, { rolloutId: 'b', settings: { ...standing, timeoutMs: 77, standby: ['v3'] } }),
    ]
    const [, , last] = history
    expect(last && settledSettings(last, history)).toEqual({ ...standing, timeoutMs: 77 })
  })
  it('is empty when the deployment began with a rollout', () => {
    const only = release(1, { v1: 100 }, { rolloutId: 'a', settings: { ...defaultSettings, standby: ['v2'] } })
    expect(settledSettings(only, [only])).toEqual(defaultSettings)
  })
})
