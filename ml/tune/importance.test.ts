import { describe, expect, test } from 'vitest'
import type { Params, Space } from '#core/tune/space'
import type { Trial } from '#core/tune/trial'
import { growBoxes, shareOf } from './box-tree'
import { paramImportance } from './importance'
import { runSearch } from './testing'

const space: Space = [
  { kind: 'real', path: 'x', low: 0, high: 1, log: false },
  { kind: 'real', path: 'y', low: 0.01, high: 100, log: true },
  { kind: 'choice', path: 'z', values: ['a', 'b', 'c'] },
]
const settings = { direction: 'minimise', seed: 4 } as const
const importanceOf = (trials: readonly Trial[]) => paramImportance(space, trials, settings)
const shares = async (loss: (params: Params) => number, trials: number, method: 'random' | 'tpe' = 'random') => {
  const found = await importanceOf(runSearch(space, { method, trials, ...settings }, (params) => [loss(params)]))
  const share = (name: string) => found?.params.find(({ path }) => path === name)?.share ?? -1
  return { x: share('x'), y: share('y'), z: share('z'), together: found?.together ?? -1 }
}

test('boxes tile the space, and each holds its rows', () => {
  const places = Float64Array.of(0.1, 2, 0.3, 0, 0.8, 1, 0.8, 1)
  const boxes = growBoxes({ places, dimensions: [null, 4], values: Float64Array.of(1, 2, 5, 5) }, Int32Array.of(0, 1, 2, 3))
  const volumes = boxes.map(({ sides }) => sides.reduce((volume, side) => volume * shareOf(side), 1))
  expect(volumes.reduce((sum, volume) => sum + volume, 0)).toBeCloseTo(1, 12)
  expect(boxes.map(({ value }) => value).sort()).toEqual([1, 2, 5])
})

describe('functional ANOVA', () => {
  // of a sum of independent parts, the shares are the parts' variances: x on [0, 1] has 1/12, a value of three 2/9
  const sum = ({ x, y, z }: Params) => 4 * Number(x) + Math.log10(Number(y)) / 2 + (z === 'b' ? 1 : 0)
  const parts = { x: 16 / 12, y: 4 / 12, z: 2 / 9 }
  const whole = parts.x + parts.y + parts.z
  test.each(['random', 'tpe'] as const)('gives back the variances of a sum, tried by %s search', async (method) => {
    const found = await shares(sum, 300, method)
    // a search by TPE looks little at bad regions, so the forest is coarse there
    const off = method === 'random' ? 0.05 : 0.12
    for (const name of ['x', 'y', 'z'] as const) expect(Math.abs(found[name] - parts[name] / whole)).toBeLessThan(off)
    expect(found.together).toBeLessThan(0.15)
  })
  test('knows what matters only together', async () => {
    const found = await shares(({ x, y }) => (Number(x) > 0.5 === Number(y) > 1 ? 1 : 0), 300)
    expect(found.together).toBeGreaterThan(0.7)
  })
  test('is the same twice', async () => {
    expect(await shares(sum, 40)).toEqual(await shares(sum, 40))
  })
})

test.each<[string, Partial<Trial>, number]>([
  ['too few trials', {}, 9],
  ['one score for all', { scores: [0.5] }, 30],
  ['trials that failed', { status: 'failed', scores: [] }, 30],
  ['trials of another space', { params: { x: 7, y: 1, z: 'a' } }, 30],
])('says nothing of %s', async (_what, rest, count) => {
  const trials = runSearch(space, { method: 'random', trials: count }, ({ x }) => [Number(x)]).map((trial) => ({ ...trial, ...rest }))
  expect(await importanceOf(trials)).toBeNull()
})

test('looks at the share that most trials have', async () => {
  const trials = runSearch(space, { method: 'halving', trials: 27, smallestShare: 0.1 }, ({ x }) => [Number(x)])
  const found = await importanceOf(trials)
  const countAt = (share: number) => trials.filter((trial) => trial.share === share).length
  expect(found?.trials).toBe(Math.max(...trials.map(({ share }) => countAt(share))))
})
