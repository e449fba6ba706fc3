import { beforeEach, describe, expect, it } from 'vitest'
import { type HandClock, handClock } from '../testing-clock'
import { openCostLine } from './cost-line'
import { type MicroBatch, microBatch } from './micro-batch'
import { ModelFailure } from './model-failure'
import type { Ask } from './waiting-line'

let clock: HandClock
let batch: MicroBatch<number, number>
let runs: { at: number; rows: number[] }[]
/** Runs and answers in their order. */
let happened: ('run' | 'answered')[]
const fixedMs = 10
const perRowMs = 0.1

beforeEach(() => {
  clock = handClock()
  runs = []
  happened = []
  batch = open()
})

type Model = { isKnown?: boolean; ready?: () => Promise<void>; fixed?: number; perRow?: number; fails?: () => Error | null }

/** A model that doubles; a run takes 10 ms and 0.1 ms a row, and refuses a batch with a negative number. */
function open({ isKnown = true, ready = async () => undefined, fixed = fixedMs, perRow = perRowMs, fails = () => null }: Model = {}) {
  const cost = openCostLine()
  if (isKnown) for (const rows of [1, 2, 16]) cost.observe(rows, fixed + perRow * rows)
  return microBatch<number, number>({
    name: 'v1 of twice',
    clock,
    cost,
    ready,
    async runAll(rows) {
      runs.push({ at: clock.now(), rows: [...rows] })
      happened.push('run')
      await new Promise<void>((resolve) => clock.after(fixed + perRow * rows.length, resolve))
      const failure = fails()
      if (failure) throw failure
      if (rows.some((row) => row < 0)) throw new Error('a negative number')
      return rows.map((row) => row * 2)
    },
  })
}

const ask = (change: Partial<Ask> = {}): Ask => ({
  deadlineAt: clock.now() + 10_000,
  timeoutMs: 10_000,
  priority: 'normal',
  batching: { mode: 'adaptive', rows: 512, waitMs: 5 },
  isGone: () => false,
  ...change,
})

/** What became of a request: its answers, or the reason of its failure. */
function watch(answering: Promise<number[]>) {
  const seen: { answers?: number[]; reason?: string; code?: string } = {}
  answering.then(
    (answers) => {
      seen.answers = answers
      happened.push('answered')
    },
    (error) => {
      seen.reason = error instanceof ModelFailure ? error.reason : String(error.code ?? error.message)
      seen.code = error.code
    },
  )
  return seen
}

describe('gathering', () => {
  it('runs a lone request at once, again and again', async () => {
    for (let i = 0; i < 5; i++) {
      const before = clock.now()
      const seen = watch(batch.run([i], ask()))
      await clock.pass(0)
      expect(runs[i]?.rows).toEqual([i])
      expect((runs[i]?.at ?? 0) - before).toBeLessThan(0.1)
      await clock.pass(20)
      expect(seen.answers).toEqual([2 * i])
    }
  })

  it('runs what one turn of the event loop reads together, each answer to its own request', async () => {
    const all = [[1], [2, 3], [4]].map((rows) => watch(batch.run(rows, ask())))
    await clock.pass(12)
    expect(runs.map(({ rows }) => rows)).toEqual([[1, 2, 3, 4]])
    expect(all.map(({ answers }) => answers)).toEqual([[2], [4, 6], [8]])
  })

  it('gathers the next batch while a run is on its way', async () => {
    watch(batch.run([1], ask()))
    await clock.pass(1)
    for (let i = 2; i < 10; i++) watch(batch.run([i], ask()))
    await clock.pass(40)
    expect(runs.map(({ rows }) => rows.length)).toEqual([1, 8])
  })

  it.each([
    [
      'after the next run has begun, where one more request would not be worth its wait',
      { fixed: 0.1, perRow: 1 },
      ['run', 'run', 'answered', 'answered'],
    ],
    [
      'before the next run, where those who ask again had better join it',
      { fixed: 10, perRow: 0.1 },
      ['run', 'answered', 'run', 'answered'],
    ],
  ])('gives answers out %s', async (_when, cost, order) => {
    batch = open(cost)
    watch(batch.run([1], ask({ batching: { mode: 'adaptive', rows: 512, waitMs: 0 } })))
    await clock.pass(0.5)
    watch(batch.run([2], ask({ batching: { mode: 'adaptive', rows: 512, waitMs: 0 } })))
    await clock.pass(50)
    expect(happened).toEqual(order)
  })

  it('what waits when the host of a run dies waits for the next host', async () => {
    let isDead = false
    let revive: () => void = () => undefined
    batch = open({
      fixed: 0.1,
      perRow: 1,
      ready: () => (isDead ? new Promise((resolve) => (revive = resolve)) : Promise.resolve()),
      fails: () => (isDead ? new ModelFailure('error', 'the host is gone') : null),
    })
    const first = watch(batch.run([1], ask()))
    await clock.pass(0.5)
    const second = watch(batch.run([2], ask()))
    isDead = true
    await clock.pass(20)
    expect([first.reason, second]).toEqual(['error', {}])
    isDead = false
    revive()
    await clock.pass(20)
    expect(second.answers).toEqual([4])
  })

  it('waits for those that come in quick succession, and no longer than the release allows', async () => {
    // Gaps of a third of a ms are learned first.
    const come = async (n: number) => {
      for (let i = 0; i < n; i++) {
        watch(batch.run([i], ask()))
        await clock.pass(0.3)
      }
    }
    await come(200)
    await clock.pass(100)
    const settled = runs.slice(3, -1)
    // Runs of 10 ms gather 33; waiting 5 ms more gathers 16 on top of them.
    for (const { rows } of settled) expect(rows.length).toBeGreaterThan(40)
    for (const [i, run] of settled.entries()) {
      const endedAt = settled[i - 1] ? (settled[i - 1]?.at ?? 0) + 10 + 0.1 * (settled[i - 1]?.rows.length ?? 0) : run.at
      expect(run.at - endedAt).toBeLessThanOrEqual(5.1)
    }
    // Nothing waits when the release allows none.
    const later = runs.length
    watch(batch.run([1], ask({ batching: { mode: 'adaptive', rows: 512, waitMs: 0 } })))
    await clock.pass(0)
    expect(runs).toHaveLength(later + 1)
  })

  it('runs each request by itself when batching is off', async () => {
    const off = ask({ batching: { mode: 'off', rows: 512, waitMs: 5 } })
    for (let i = 0; i < 3; i++) watch(batch.run([i, i], off))
    await clock.pass(40)
    expect(runs.map(({ rows }) => rows)).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ])
  })

  it('takes no more rows together than the release allows, and a large request alone', async () => {
    const small = ask({ batching: { mode: 'adaptive', rows: 4, waitMs: 0 } })
    for (const n of [2, 2, 1, 9]) watch(batch.run(new Array(n).fill(1), small))
    await clock.pass(60)
    expect(runs.map(({ rows }) => rows.length)).toEqual([4, 1, 9])
  })
})

describe('failures', () => {
  it('rows that the model refuses fail nobody but themselves', async () => {
    const all = [[1], [-1], [3]].map((rows) => watch(batch.run(rows, ask())))
    await clock.pass(60)
    expect(all).toEqual([{ answers: [2] }, { reason: 'a negative number' }, { answers: [6] }])
  })

  it('a host that rests fails all at once, and a later request is tried again', async () => {
    let isResting = true
    batch = open({ ready: () => (isResting ? Promise.reject(new ModelFailure('error', 'It rests.')) : Promise.resolve()) })
    const all = [1, 2].map((row) => watch(batch.run([row], ask())))
    await clock.pass(0)
    expect(all.map(({ reason }) => reason)).toEqual(['error', 'error'])
    expect(runs).toHaveLength(0)
    isResting = false
    const seen = watch(batch.run([3], ask()))
    await clock.pass(20)
    expect(seen.answers).toEqual([6])
  })

  it('a deadline is kept while a run takes too long, and in the queue nothing runs that is over', async () => {
    const first = watch(batch.run([1], ask({ deadlineAt: clock.now() + 4 })))
    await clock.pass(1)
    const second = watch(batch.run([2], ask({ priority: 'high', deadlineAt: clock.now() + 5_000 })))
    await clock.pass(4)
    expect(first.reason).toBe('timeout')
    expect(second).toEqual({})
    await clock.pass(30)
    expect(second.answers).toEqual([4])
    expect(runs.map(({ rows }) => rows)).toEqual([[1], [2]])
  })

  it('a request whose time is over in the queue never runs', async () => {
    batch = open({ isKnown: false })
    watch(batch.run([1], ask()))
    await clock.pass(1)
    const late = watch(batch.run([2], ask({ deadlineAt: clock.now() + 3 })))
    await clock.pass(60)
    expect(late.reason).toBe('timeout')
    expect(runs.map(({ rows }) => rows)).toEqual([[1]])
  })

  it('a caller that hung up is dropped before it runs', async () => {
    watch(batch.run([1], ask()))
    await clock.pass(1)
    let isGone = false
    const gone = watch(batch.run([2], ask({ isGone: () => isGone })))
    const stays = watch(batch.run([3], ask()))
    isGone = true
    await clock.pass(60)
    expect(gone.code).toBe('cancelled')
    expect(stays.answers).toEqual([6])
    expect(runs.map(({ rows }) => rows)).toEqual([[1], [3]])
  })

  it('is drained when nobody is inside', async () => {
    await batch.drained()
    watch(batch.run([1], ask()))
    let isDrained = false
    void batch.drained().then(() => {
      isDrained = true
    })
    await clock.pass(5)
    expect(isDrained).toBe(false)
    await clock.pass(10)
    expect(isDrained).toBe(true)
    expect(batch.inside()).toBe(0)
  })
})

describe('too many', () => {
  const alone = { mode: 'off', rows: 1, waitMs: 0 } as const

  it('refuses at once what cannot be answered in time, and says when to come back', async () => {
    for (let i = 0; i < 100; i++) watch(batch.run([i], ask({ deadlineAt: clock.now() + 60_000, batching: alone })))
    await clock.pass(0)
    // 99 runs of 10.1 ms are ahead
    await expect(batch.run([1], ask({ deadlineAt: clock.now() + 500, batching: alone }))).rejects.toMatchObject({
      reason: 'overload',
      code: 'unavailable',
      hint: { retryAfterSeconds: 2 },
    })
    expect(watch(batch.run([1], ask({ deadlineAt: clock.now() + 5_000, batching: alone })))).toEqual({})
  })

  it('sheds low priority first, then normal, and lets high pass ahead of them', async () => {
    const inTime = (priority: Ask['priority'], ms: number) => ask({ priority, deadlineAt: clock.now() + ms, batching: alone })
    for (let i = 0; i < 60; i++) watch(batch.run([i], inTime('normal', 60_000)))
    await clock.pass(0)
    // About 600 ms of work are ahead of normal requests; what is worth less waits behind it.
    const shed = async (priority: Ask['priority'], ms: number) => {
      const seen = watch(batch.run([1_000], inTime(priority, ms)))
      await clock.pass(0)
      return seen.reason
    }
    expect(await shed('low', 1_000)).toBe('overload')
    expect(await shed('normal', 1_000)).toBeUndefined()
    expect(await shed('normal', 650)).toBe('overload')
    expect(await shed('shadow', 2_000)).toBe('overload')
    expect(await shed('high', 100)).toBeUndefined()
    await clock.pass(10.2)
    // The run that was on its way is over, and the high one is next.
    expect(runs[1]?.rows).toEqual([1_000])
  })

  it('bounds the rows that wait, whatever they cost', async () => {
    batch = open({ isKnown: false })
    watch(batch.run([1], ask()))
    await clock.pass(0)
    const rows = new Array<number>(1_000).fill(1)
    const all = Array.from({ length: 30 }, () => watch(batch.run(rows, ask())))
    await clock.pass(0)
    // 85 % of 20,000
    expect(all.filter(({ reason }) => reason === 'overload')).toHaveLength(13)
  })

  it('a model that does nothing takes anything: what it is believed to cost may be wrong', async () => {
    const seen = watch(batch.run([1], ask({ deadlineAt: clock.now() + 1 })))
    await clock.pass(0)
    expect(seen.reason).toBeUndefined()
    expect(runs).toHaveLength(1)
  })
})
