import { beforeEach, expect, it } from 'vitest'
import { openPace, type Pace } from './pace'

let nowMs: number
let rests: number[]
let pace: Pace

beforeEach(() => {
  nowMs = 1_000
  rests = []
  pace = openPace({
    now: () => nowMs,
    rest: async (ms) => {
      rests.push(ms)
      nowMs += ms
    },
  })
})

it('rests six times as long as it worked, once there was some work, and never long', async () => {
  await pace.breathe()
  nowMs += 0.5
  await pace.breathe()
  expect(rests).toEqual([])
  nowMs += 1.5
  await pace.breathe()
  expect(rests).toEqual([12])
  await pace.breathe()
  nowMs += 500
  await pace.breathe()
  expect(rests).toEqual([12, 20])
})

it('rests the less, the more waits', async () => {
  for (const files of [1, 3, 19]) {
    pace.behind(files)
    nowMs += 2
    await pace.breathe()
  }
  expect(rests).toEqual([6, 3, 0.6])
})
