import { expect, it } from 'vitest'
import { chooseEvictions, type Occupant } from './choose-evictions'

const one = (versionId: string, change: Partial<Occupant> = {}): Occupant => ({
  versionId,
  bytes: 100,
  hasWeight: false,
  inside: 0,
  idleMs: 1_000,
  ...change,
})

it.each<[string, Occupant[], number, number, string[] | null]>([
  ['there is room', [one('a')], 100, 200, []],
  ['the one not used for longest goes first', [one('a', { idleMs: 5 }), one('b', { idleMs: 50 })], 100, 200, ['b']],
  [
    'without weight before idle ones with weight',
    [one('a', { hasWeight: true, idleMs: 999_999 }), one('b', { idleMs: 1 })],
    100,
    200,
    ['b'],
  ],
  ['no more than needed', [one('a'), one('b'), one('c')], 150, 400, ['a']],
  ['idle deployments when that is not enough', [one('a', { hasWeight: true, idleMs: 70_000 }), one('b')], 200, 200, ['b', 'a']],
  ['what has weight and is used stays', [one('a', { hasWeight: true, idleMs: 5_000 })], 150, 200, null],
  ['what answers right now stays', [one('a', { inside: 1 })], 150, 200, null],
  ['larger than all there is', [one('a')], 300, 200, null],
])('%s', (_name, occupants, neededBytes, limitBytes, evicted) => {
  expect(chooseEvictions(occupants, { neededBytes, limitBytes })).toEqual(evicted)
})
