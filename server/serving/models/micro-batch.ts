import type { ReleaseSettings } from '#core/releases/settings'
import type { Clock } from '../clock'
import { isAdmitted, type Priority, priorities } from './admission'
import { msToWait } from './batch-wait'
import type { CostLine } from './cost-line'
import { deadlineAlarm } from './deadline-alarm'
import { hungUp, ModelFailure } from './model-failure'

/** How a request wants to be treated while it waits. */
export type Ask = {
  /** On the clock of the gateway: an answer after this is no answer. */
  deadlineAt: number
  /** How long its release gives a version at most; a run that takes longer is taken for hung. */
  timeoutMs: number
  priority: Priority
  batching: ReleaseSettings['batching']
  /** Whether its caller hung up. */
  isGone(): boolean
}

/**
 * Collects the rows of requests and runs them together, so that they share the fixed cost of a run. While a run is on its
 * way the next batch gathers by itself; beyond that it waits only as long as `msToWait` says that it pays.
 * Requests wait in the order of their priority. One that cannot be answered in time is refused when it comes; one whose
 * time is over is let go, and one whose caller hung up is dropped before it runs.
 */
export type MicroBatch<Row, Answer> = {
  run(rows: readonly Row[], ask: Ask): Promise<Answer[]>
  /** Requests inside, waiting or running. */
  inside(): number
  /** Resolves when no request is left inside. */
  drained(): Promise<void>
}

export type MicroBatchOptions<Row, Answer> = {
  /** What waits, for sentences: "v3 of mail". */
  name: string
  clock: Clock
  cost: CostLine
  /** Resolves when a run can begin, or rejects when none can for a while. */
  ready(): Promise<void>
  /** Answers rows in order. Throws a ModelFailure when the host is gone, anything else when it cannot take the rows. */
  runAll(rows: readonly Row[], timeoutMs: number): Promise<Answer[]>
}

type Item<Row, Answer> = {
  rows: readonly Row[]
  ask: Ask
  since: number
  isSettled: boolean
  resolve: (answers: Answer[]) => void
  reject: (error: unknown) => void
}

/** More than this many rows waiting is a mistake of somebody: better to say so than to let callers time out. */
const waitingRowsAtMost = 20_000
/** The newest gap between requests weighs so much. */
const gapWeight = 0.15
/** From so many gaps on they say something. */
const gapsKnownAfter = 8
/** A timer is no finer than this; shorter waits take turns of the event loop. */
const timerMs = 1

/** Wraps `runAll`, one run at a time. */
export function microBatch<Row, Answer>(options: MicroBatchOptions<Row, Answer>): MicroBatch<Row, Answer> {
  const { clock, cost, name } = options
  const queues = priorities.map((): Item<Row, Answer>[] => [])
  const rowsIn = priorities.map(() => 0)
  let running: { items: readonly Item<Row, Answer>[]; rows: number; since: number } | null = null
  let isWorking = false
  let cancelWait: (() => void) | null = null
  let lastAt = Number.NEGATIVE_INFINITY
  let gapMs = 0
  let gaps = 0
  let inside = 0
  const onDrained: (() => void)[] = []
  const alarm = deadlineAlarm(clock, expire)

  function enqueue(item: Item<Row, Answer>): void {
    if (lastAt > Number.NEGATIVE_INFINITY) {
      gaps += 1
      gapMs += Math.max(gapWeight, 1 / gaps) * (item.since - lastAt - gapMs)
    }
    lastAt = item.since
    const rank = priorities.indexOf(item.ask.priority)
    queues[rank]?.push(item)
    rowsIn[rank] = (rowsIn[rank] ?? 0) + item.rows.length
    alarm.by(item.ask.deadlineAt)
    if (isWorking && !cancelWait) return
    cancelWait?.()
    cancelWait = null
    isWorking = true
    // Everything that this turn of the event loop still reads joins the batch.
    clock.soon(() => void work())
  }

  async function work(): Promise<void> {
    while (queues.some((queue) => queue.length > 0)) {
      const waitMs = msToGather()
      if (waitMs > 0) return wait(waitMs)
      try {
        await options.ready()
      } catch (error) {
        for (const item of queues.flatMap((queue) => queue.splice(0))) fail(item, error)
        rowsIn.fill(0)
        break
      }
      const items = take()
      if (items.length === 0) continue
      await runTogether(items)
      // Those who just got their answers ask again in this turn of the event loop, and others with them.
      if (queues.some((queue) => queue.length > 0)) return clock.soon(() => void work())
    }
    isWorking = false
  }

  function wait(ms: number): void {
    if (ms < timerMs) return clock.soon(() => void work())
    cancelWait = clock.after(ms, () => {
      cancelWait = null
      void work()
    })
  }

  /** How long the batch that could run now should wait for more; 0 to run. */
  function msToGather(): number {
    const heads = queues.flatMap(([head]) => (head ? [head] : []))
    const [first] = heads
    const rows = sum(rowsIn)
    if (!first || !cost.isKnown() || gaps < gapsKnownAfter) return 0
    const { mode, rows: mostRows, waitMs } = first.ask.batching
    if (mode === 'off' || rows >= mostRows) return 0
    const now = clock.now()
    return msToWait({
      requests: queues.reduce((all, queue) => all + queue.length, 0),
      rows,
      fixedMs: cost.fixedMs(),
      perRowMs: cost.perRowMs(),
      gapMs,
      sinceLastMs: now - lastAt,
      waitedMs: now - Math.min(...heads.map(({ since }) => since)),
      waitAtMostMs: waitMs,
    })
  }

  /** The next batch: whole requests, by priority, as many as their releases want together. */
  function take(): Item<Row, Answer>[] {
    const taken: Item<Row, Answer>[] = []
    let rows = 0
    for (const [rank, queue] of queues.entries()) {
      for (let item = queue[0]; item; item = queue[0]) {
        const { batching } = item.ask
        const isAlone = batching.mode === 'off' || taken[0]?.ask.batching.mode === 'off'
        const isDropped = item.isSettled || item.ask.isGone()
        if (!isDropped && taken.length > 0 && (isAlone || rows + item.rows.length > batching.rows)) return taken
        queue.shift()
        rowsIn[rank] = (rowsIn[rank] ?? 0) - item.rows.length
        if (isDropped) {
          fail(item, hungUp())
          continue
        }
        taken.push(item)
        rows += item.rows.length
      }
    }
    return taken
  }

  async function runTogether(items: readonly Item<Row, Answer>[]): Promise<void> {
    const rows = items.length === 1 && items[0] ? items[0].rows : items.flatMap((item) => item.rows)
    running = { items, rows: rows.length, since: clock.now() }
    try {
      const answers = await options.runAll(rows, Math.max(...items.map(({ ask }) => ask.timeoutMs)))
      let from = 0
      for (const item of items) {
        const to = from + item.rows.length
        if (settle(item)) item.resolve(items.length === 1 ? answers : answers.slice(from, to))
        from = to
      }
    } catch (error) {
      const left = items.filter(({ isSettled }) => !isSettled)
      // One row that the model cannot take must not fail its neighbours: each request runs by itself.
      if (error instanceof ModelFailure || items.length === 1) for (const item of left) fail(item, error)
      else for (const item of left) await runTogether([item])
    }
    running = null
  }

  function expire(now: number): number {
    let next = Number.POSITIVE_INFINITY
    for (const item of [...(running?.items ?? []), ...queues.flat()]) {
      const { deadlineAt } = item.ask
      if (deadlineAt <= now) fail(item, tooLate(now - item.since))
      else if (!item.isSettled) next = Math.min(next, deadlineAt)
    }
    return next
  }

  function tooLate(ms: number): ModelFailure {
    return new ModelFailure('timeout', `${name} did not answer within ${Math.round(ms)} ms.`)
  }

  /** Refuses what cannot be answered in time. A model that does nothing takes anything: what it is believed to cost may be wrong. */
  function admit(rows: readonly Row[], { priority, deadlineAt, batching }: Ask): void {
    if (inside === 0) return
    const ahead = sum(rowsIn, priorities.indexOf(priority) + 1)
    const waitMs = cost.isKnown() ? msLeftOfRun() + cost.inRuns(ahead, batching.mode === 'off' ? 1 : batching.rows) : null
    const load = { rows: sum(rowsIn) + rows.length, rowsAtMost: waitingRowsAtMost, waitMs, runMs: cost.at(rows.length) }
    if (isAdmitted({ ...load, leftMs: deadlineAt - clock.now() }, priority)) return
    const seconds = Math.max(1, Math.ceil((waitMs ?? 0) / 1000))
    throw new ModelFailure('overload', `${name} has more requests waiting than it can answer in time. Try again in ${seconds} s.`, {
      retryAfterSeconds: seconds,
    })
  }

  function msLeftOfRun(): number {
    if (!running) return 0
    const elapsed = clock.now() - running.since
    const expected = cost.at(running.rows)
    // A run that is long overdue may take as long again as it took already.
    return elapsed > 2 * expected + 100 ? elapsed : Math.max(0, expected - elapsed)
  }

  function fail(item: Item<Row, Answer>, error: unknown): void {
    if (settle(item)) item.reject(error)
  }

  function settle(item: Item<Row, Answer>): boolean {
    if (item.isSettled) return false
    item.isSettled = true
    inside -= 1
    if (inside === 0) for (const resolve of onDrained.splice(0)) resolve()
    return true
  }

  return {
    inside: () => inside,
    run(rows, ask) {
      return new Promise<Answer[]>((resolve, reject) => {
        admit(rows, ask)
        inside += 1
        enqueue({ rows, ask, since: clock.now(), isSettled: false, resolve, reject })
      })
    },
    drained() {
      return inside === 0 ? Promise.resolve() : new Promise((resolve) => onDrained.push(resolve))
    },
  }
}

/** Of the first `count`, or of all; without an array in between: every request comes by here. */
function sum(values: readonly number[], count = values.length): number {
  let total = 0
  for (let i = 0; i < count; i++) total += values[i] ?? 0
  return total
}
