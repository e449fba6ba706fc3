import { expect, it } from 'vitest'
import { msToWait, type Waiting } from './batch-wait'

const waiting: Waiting = {
  requests: 1,
  rows: 1,
  fixedMs: 20,
  perRowMs: 0.1,
  gapMs: 0.5,
  sinceLastMs: 0,
  waitedMs: 0,
  waitAtMostMs: 50,
}

it.each<[string, Partial<Waiting>, number]>([
  ['requests come close and a run is dear: wait, up to the gap where it stops paying', {}, (20 - 0.1) / 2],
  ['a lone caller, whose next request comes after its answer', { gapMs: 20.1 }, 0],
  ['nothing is known of gaps', { gapMs: Number.POSITIVE_INFINITY }, 0],
  ['a run costs by the row only', { fixedMs: 0 }, 0],
  ['many wait already: their time is dearer than one more fixed cost', { requests: 50, rows: 50 }, 0],
  ['the expected one did not come', { sinceLastMs: 11 }, 0],
  ['never beyond what the release allows', { waitAtMostMs: 3 }, 3],
  ['the first has waited as long as it may', { waitAtMostMs: 3, waitedMs: 3 }, 0],
  ['the release allows none', { waitAtMostMs: 0 }, 0],
  ['large requests are dear to wait for', { rows: 100, perRowMs: 0.3 }, 0],
  ['nobody waits', { requests: 0, rows: 0 }, 0],
])('%s', (_name, change, ms) => {
  expect(msToWait({ ...waiting, ...change })).toBeCloseTo(ms, 9)
})
