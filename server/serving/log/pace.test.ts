import { beforeEach, expect, it } from 'vitest'
import { openPace, type Pace, paced } from './pace'

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

it('rests twice as long as it worked, once there was some work, and never long', async () => {
  await pace.breathe()
  nowMs += 1
  await pace.breathe()
  expect(rests).toEqual([])
  nowMs += 1
  await pace.breathe()
  expect(rests).toEqual([4])
  await pace.breathe()
  nowMs += 500
  await pace.breathe()
  expect(rests).toEqual([4, 20])
})

it('goes on without rests while it is behind', async () => {
  pace.hurry(true)
  nowMs += 100
  await pace.breathe()
  expect(rests).toEqual([])
  pace.hurry(false)
  await pace.breathe()
  expect(rests).toEqual([20])
})

it('takes steps one after the other and gives their result', async () => {
  function* steps() {
    for (let i = 0; i < 3; i++) {
      nowMs += 2
      yield
    }
    return 'done'
  }
  expect(await paced(steps(), pace)).toBe('done')
  expect(rests).toEqual([4, 4, 4])
})
