import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '#server/log'

/** SQLSTATE classes and codes, and Node's codes, that mean: the database is away or restarting, ask again. */
const passing = /^(08|57P0[1-3]|53[23]00|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH)/
const passingWords =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/i

/**
 * Repeats `work` until the database answers. Everything passed here is guarded by statuses, so doing it twice because an
 * answer was lost changes nothing. Any other error is thrown at once.
 */
export async function untilDatabase<T>(log: Log, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!isPassing(error)) throw error
      if (attempt === 1) log.warn({ err: error }, 'the database does not answer; trying again until it does')
      await sleep(Math.min(2_000, 100 * 2 ** Math.min(attempt, 5)))
    }
  }
}

/** Whether an error only says that the database was out of reach. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && passing.test(String(error.code))) return true
  if (passingWords.test(error.message)) return true
  return error.cause !== undefined && isPassing(error.cause)
}
