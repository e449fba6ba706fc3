import { AppError } from '#core/errors/app-error'

/**
 * Collects the rows of requests that arrive while the model is busy, and runs them together: the fixed cost of a run is
 * shared, and nobody waits for a timer. Under no load a request runs at once, alone.
 */
export type MicroBatch<Row, Answer> = {
  run(rows: readonly Row[]): Promise<Answer[]>
  /** Resolves when no request is left inside. */
  drained(): Promise<void>
}

type Waiting<Row, Answer> = { rows: readonly Row[]; resolve: (answers: Answer[]) => void; reject: (error: unknown) => void }

const batchRows = 512
/** More than this many rows waiting is minutes of work: better to say so than to let callers time out. */
const waitingRowsAtMost = 20_000

/** Wraps `runAll`, which answers rows in order. */
export function microBatch<Row, Answer>(runAll: (rows: readonly Row[]) => Promise<Answer[]>): MicroBatch<Row, Answer> {
  let queue: Waiting<Row, Answer>[] = []
  let waitingRows = 0
  let isBusy = false
  let onDrained: (() => void)[] = []

  async function work(): Promise<void> {
    while (queue.length > 0) await runTogether(take())
    isBusy = false
    for (const resolve of onDrained) resolve()
    onDrained = []
  }

  function take(): Waiting<Row, Answer>[] {
    let rows = 0
    let n = 0
    while (n < queue.length && (n === 0 || rows + (queue[n]?.rows.length ?? 0) <= batchRows)) rows += queue[n++]?.rows.length ?? 0
    const taken = queue.slice(0, n)
    queue = queue.slice(n)
    return taken
  }

  async function runTogether(requests: readonly Waiting<Row, Answer>[]): Promise<void> {
    try {
      const answers = await runAll(requests.length === 1 && requests[0] ? requests[0].rows : requests.flatMap((request) => request.rows))
      let from = 0
      for (const { rows, resolve } of requests) {
        resolve(answers.slice(from, from + rows.length))
        from += rows.length
      }
    } catch (error) {
      // One row that the model cannot take must not fail its neighbours: run each request by itself.
      if (requests.length === 1) requests[0]?.reject(error)
      else for (const request of requests) await runTogether([request])
    }
  }

  return {
    run(rows) {
      if (waitingRows + rows.length > waitingRowsAtMost) {
        return Promise.reject(
          new AppError('unavailable', {
            detail: 'The gateway has more requests waiting than it can answer in time. Try again in a second.',
          }),
        )
      }
      waitingRows += rows.length
      return new Promise<Answer[]>((resolve, reject) => {
        queue.push({ rows, resolve, reject })
        if (isBusy) return
        isBusy = true
        // Everything that this turn of the event loop still reads joins the first batch.
        setImmediate(() => void work())
      }).finally(() => {
        waitingRows -= rows.length
      })
    },
    drained() {
      return isBusy ? new Promise((resolve) => onDrained.push(resolve)) : Promise.resolve()
    },
  }
}
