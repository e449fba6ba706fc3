import type { Clock } from '../clock'
import { isAdmitted } from './admission'
import { msToWait, worthWaitingMs } from './batch-wait'
import type { CostLine } from './cost-line'
import { deadlineAlarm } from './deadline-alarm'
import { openGapMeter } from './gap-meter'
import { hungUp, ModelFailure } from './model-failure'
import { type Ask, type Item, openWaitingLine } from './waiting-line'

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

/** More than this many rows waiting is a mistake of somebody: better to say so than to let callers time out. */
const waitingRowsAtMost = 20_000
/** A timer is no finer than this; shorter waits take turns of the event loop. */
const timerMs = 1

/** Wraps `runAll`, one run at a time. */
export function microBatch<Row, Answer>(options: MicroBatchOptions<Row, Answer>): MicroBatch<Row, Answer> {
  const { clock, cost, name } = options
  const line = openWaitingLine<Row, Answer>()
  const gaps = openGapMeter()
  const onDrained: (() => void)[] = []
  let running: { items: readonly Item<Row, Answer>[]; rows: number; since: number } | null = null
  let isWorking = false
  let cancelWait: (() => void) | null = null
  let inside = 0
  const alarm = deadlineAlarm(clock, (now) => {
    let next = Number.POSITIVE_INFINITY
    for (const item of [...(running?.items ?? []), ...line.all()]) {
      const { deadlineAt } = item.ask
      if (deadlineAt <= now) fail(item, new ModelFailure('timeout', `${name} did not answer within ${Math.round(now - item.since)} ms.`))
      else if (!item.isSettled) next = Math.min(next, deadlineAt)
    }
    return next
  })

  function enqueue(item: Item<Row, Answer>): void {
    gaps.came(item.since)
    line.push(item)
    alarm.by(item.ask.deadlineAt)
    if (isWorking && !cancelWait) return
    cancelWait?.()
    cancelWait = null
    isWorking = true
    // Everything that this turn of the event loop still reads joins the batch.
    clock.soon(() => void work())
  }

  async function work(): Promise<void> {
    while (!line.isEmpty()) {
      const waitMs = msToGather({ line, gaps, cost, now: clock.now() })
      if (waitMs > 0) {
        workIn(waitMs)
        return
      }
      try {
        await options.ready()
      } catch (error) {
        for (const item of line.takeAll()) fail(item, error)
        break
      }
      await runOn()
      if (line.isEmpty()) break
      // Those who just got their answers ask again in this turn of the event loop, and others with them.
      clock.soon(() => void work())
      return
    }
    isWorking = false
  }

  /**
   * Runs what waits, again and again, and gives answers out while the next run is on its way: model and gateway are busy at
   * the same time. Ends when nothing waits, when it pays to let more gather first, and when a run failed: what waits then
   * must not meet a host that is gone.
   */
  async function runOn(): Promise<void> {
    let giveLast: (() => void) | null = null
    do {
      const items = line.take((item) => fail(item, hungUp()))
      const running: Promise<(() => void) | null> | null = items.length > 0 ? runTogether(items) : null
      giveLast?.()
      giveLast = await running
    } while (giveLast && !line.isEmpty() && !paysToGather({ line, cost }))
    giveLast?.()
  }

  function workIn(ms: number): void {
    const again = () => {
      cancelWait = null
      void work()
    }
    if (ms < timerMs) clock.soon(again)
    else cancelWait = clock.after(ms, again)
  }

  /** Returns what gives the answers out, or null when there are none: those who fail hear it at once. */
  async function runTogether(items: readonly Item<Row, Answer>[]): Promise<(() => void) | null> {
    const rows = items.length === 1 && items[0] ? items[0].rows : items.flatMap((item) => item.rows)
    running = { items, rows: rows.length, since: clock.now() }
    try {
      const answers = await options.runAll(rows, Math.max(...items.map(({ ask }) => ask.timeoutMs)))
      return () => give(items, answers)
    } catch (error) {
      const left = items.filter(({ isSettled }) => !isSettled)
      // One row that the model cannot take must not fail its neighbours: each request runs by itself.
      if (error instanceof ModelFailure || items.length === 1) for (const item of left) fail(item, error)
      else for (const item of left) (await runTogether([item]))?.()
      return null
    } finally {
      running = null
    }
  }

  function give(items: readonly Item<Row, Answer>[], answers: Answer[]): void {
    let from = 0
    for (const item of items) {
      const to = from + item.rows.length
      if (settle(item)) item.resolve(items.length === 1 ? answers : answers.slice(from, to))
      from = to
    }
  }

  /** Refuses what cannot be answered in time. A model that does nothing takes anything: what it is believed to cost may be wrong. */
  function admit(rows: readonly Row[], { priority, deadlineAt, batching }: Ask): void {
    if (inside === 0) return
    const mostRows = batching.mode === 'off' ? 1 : batching.rows
    const waitMs = cost.isKnown() ? msLeftOfRun() + cost.inRuns(line.rows(priority), mostRows) : null
    const load = {
      rows: line.rows() + rows.length,
      rowsAtMost: waitingRowsAtMost,
      waitMs,
      runMs: cost.at(rows.length),
      leftMs: deadlineAt - clock.now(),
    }
    if (isAdmitted(load, priority)) return
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

/** Whether one more request in the run would save more time than its rows take from those who wait for them. */
function paysToGather<Row, Answer>({ line, cost }: Pick<Gathering<Row, Answer>, 'line' | 'cost'>): boolean {
  const [first] = line.heads()
  if (!first || !cost.isKnown() || first.ask.batching.mode === 'off') return false
  return worthWaitingMs({ requests: line.requests(), rows: line.rows(), fixedMs: cost.fixedMs(), perRowMs: cost.perRowMs() }) > 0
}

type Gathering<Row, Answer> = {
  line: ReturnType<typeof openWaitingLine<Row, Answer>>
  gaps: ReturnType<typeof openGapMeter>
  cost: CostLine
  now: number
}

/** How long the batch that could run now should wait for more; 0 to run. */
function msToGather<Row, Answer>({ line, gaps, cost, now }: Gathering<Row, Answer>): number {
  const heads = line.heads()
  const [first] = heads
  if (!first || !cost.isKnown()) return 0
  const { mode, rows: mostRows, waitMs } = first.ask.batching
  const rows = line.rows()
  if (mode === 'off' || rows >= mostRows) return 0
  return msToWait({
    requests: line.requests(),
    rows,
    fixedMs: cost.fixedMs(),
    perRowMs: cost.perRowMs(),
    gapMs: gaps.gapMs(),
    sinceLastMs: now - gaps.lastAt(),
    waitedMs: now - Math.min(...heads.map(({ since }) => since)),
    waitAtMostMs: waitMs,
  })
}
