import { describe, expect, it } from 'vitest'
import { nextAfterDeploy, nextAfterPromote, nextAfterRollback, nextAfterShare, type PastRelease, rollbackTarget } from './next-release'

const release = (number: number, split: Record<string, number>, rollbackOf: number | null = null): PastRelease => ({
  number,
  routes: Object.entries(split).map(([versionId, weight]) => ({ versionId, weight })),
  rollbackOf,
})

describe('deploy', () => {
  it('gives a first version everything, whatever share was asked', () => {
    expect(nextAfterDeploy(null, 'v1', 20)).toEqual({ kind: 'deploy', routes: [{ versionId: 'v1', weight: 100 }], rollbackOf: null })
  })
  it('splits with the champion, replacing an earlier challenger', () => {
    const next = nextAfterDeploy(release(2, { v1: 90, v2: 10 }), 'v3', 20)
    expect(next).toMatchObject({
      kind: 'canary',
      routes: [
        { versionId: 'v1', weight: 80 },
        { versionId: 'v3', weight: 20 },
      ],
    })
  })
  it('makes no release when nothing changes', () => {
    expect(nextAfterDeploy(release(1, { v1: 100 }), 'v1', 100)).toBeNull()
    expect(nextAfterDeploy(release(2, { v1: 80, v2: 20 }), 'v2', 20)).toBeNull()
  })
  it('refuses the champion as its own challenger, and impossible shares', () => {
    expect(() => nextAfterDeploy(release(1, { v1: 100 }), 'v1', 20)).toThrow(/its own challenger/)
    for (const share of [0, 2.5, -1, 101, Number.NaN])
      expect(() => nextAfterDeploy(release(1, { v1: 100 }), 'v2', share)).toThrow(/whole percent/)
  })
})

describe('share and promote', () => {
  const canary = release(2, { v1: 80, v2: 20 })
  it.each([
    [50, 'share', { v1: 50, v2: 50 }],
    [0, 'share', { v1: 100 }],
    [100, 'promote', { v2: 100 }],
  ])('share %i', (share, kind, split) => {
    expect(nextAfterShare(canary, share)).toEqual({ kind, routes: release(0, split).routes, rollbackOf: null })
  })
  it('needs a challenger', () => {
    expect(nextAfterShare(canary, 20)).toBeNull()
    expect(() => nextAfterShare(release(1, { v1: 100 }), 50)).toThrow(/no challenger/)
    expect(() => nextAfterPromote(release(1, { v1: 100 }))).toThrow(/no challenger/)
  })
})

describe('rollback', () => {
  const history = [release(1, { v1: 100 }), release(2, { v1: 95, v2: 5 }), release(3, { v1: 90, v2: 10 }), release(4, { v2: 100 })]
  it('ends a canary with the champion that was alone before', () => {
    expect(rollbackTarget(history.slice(0, 3))?.number).toBe(1)
    expect(nextAfterRollback(history.slice(0, 3))).toEqual({ kind: 'rollback', routes: [{ versionId: 'v1', weight: 100 }], rollbackOf: 1 })
  })
  it('goes from a promoted version to the one before', () => {
    expect(rollbackTarget(history)?.number).toBe(1)
  })
  it('goes further back when used twice, never forward to what was bad', () => {
    const more = [release(1, { v1: 100 }), release(2, { v2: 100 }), release(3, { v3: 100 }), release(4, { v2: 100 }, 2)]
    expect(rollbackTarget(more)?.number).toBe(1)
    expect(rollbackTarget([...more, release(5, { v1: 100 }, 1)])).toBeNull()
  })
  it('takes any release by number', () => {
    expect(nextAfterRollback(history, 2)).toMatchObject({
      rollbackOf: 2,
      routes: [
        { versionId: 'v1', weight: 95 },
        { versionId: 'v2', weight: 5 },
      ],
    })
    expect(() => nextAfterRollback(history, 9)).toThrow(/no release 9/)
    expect(() => nextAfterRollback(history, 4)).toThrow(/already is/)
  })
  it('says when there is nothing to go back to', () => {
    expect(() => nextAfterRollback([release(1, { v1: 100 })])).toThrow(/no earlier release/)
    expect(rollbackTarget([])).toBeNull()
  })
})
