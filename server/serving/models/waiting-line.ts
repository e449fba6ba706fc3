import type { ReleaseSettings } from '#core/releases/settings'
import { type Priority, priorities } from './admission'

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

/** A request that waits, or runs. */
export type Item<Row, Answer> = {
  rows: readonly Row[]
  ask: Ask
  /** When it came, on the clock of the gateway. */
  since: number
  /** Answered or refused; what still lies in the line is then dropped. */
  isSettled: boolean
  resolve: (answers: Answer[]) => void
  reject: (error: unknown) => void
}

/** Requests in the order of their priority, and of their coming. */
export type WaitingLine<Row, Answer> = {
  push(item: Item<Row, Answer>): void
  /** Whole requests for the next run, as many as their releases want together; a dropped one goes to `onDropped`. */
  take(onDropped: (item: Item<Row, Answer>) => void): Item<Row, Answer>[]
  /** Empties the line. */
  takeAll(): Item<Row, Answer>[]
  isEmpty(): boolean
  requests(): number
  /** Rows that wait: all, or those that a request of this priority would wait for. */
  rows(behind?: Priority): number
  /** The first of each priority. */
  heads(): Item<Row, Answer>[]
  all(): Item<Row, Answer>[]
}

/** An empty line. */
export function openWaitingLine<Row, Answer>(): WaitingLine<Row, Answer> {
  const queues = priorities.map((): Item<Row, Answer>[] => [])
  const rowsIn = priorities.map(() => 0)

  function add(rank: number, rows: number): void {
    rowsIn[rank] = (rowsIn[rank] ?? 0) + rows
  }

  return {
    push(item) {
      const rank = priorities.indexOf(item.ask.priority)
      queues[rank]?.push(item)
      add(rank, item.rows.length)
    },
    take(onDropped) {
      const taken: Item<Row, Answer>[] = []
      let rows = 0
      for (const [rank, queue] of queues.entries()) {
        for (let item = queue[0]; item; item = queue[0]) {
          const isDropped = item.isSettled || item.ask.isGone()
          if (!isDropped && taken[0] && !fits(item, taken[0], rows)) return taken
          queue.shift()
          add(rank, -item.rows.length)
          if (isDropped) {
            onDropped(item)
            continue
          }
          taken.push(item)
          rows += item.rows.length
        }
      }
      return taken
    },
    takeAll() {
      rowsIn.fill(0)
      return queues.flatMap((queue) => queue.splice(0))
    },
    isEmpty: () => queues.every((queue) => queue.length === 0),
    requests: () => queues.reduce((sum, queue) => sum + queue.length, 0),
    rows(behind) {
      // Every request comes by here: no array in between.
      const upTo = behind === undefined ? rowsIn.length : priorities.indexOf(behind) + 1
      let sum = 0
      for (let rank = 0; rank < upTo; rank++) sum += rowsIn[rank] ?? 0
      return sum
    },
    heads: () => queues.flatMap(([head]) => (head ? [head] : [])),
    all: () => queues.flat(),
  }
}

function fits<Row, Answer>({ rows, ask: { batching } }: Item<Row, Answer>, first: Item<Row, Answer>, rowsTaken: number): boolean {
  if (batching.mode === 'off' || first.ask.batching.mode === 'off') return false
  return rowsTaken + rows.length <= batching.rows
}
