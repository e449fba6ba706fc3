import pg from 'pg'
import type { Log } from '#server/log'

export type Listener = { close(): Promise<void> }

const retryMs = 1_000

/**
 * Holds one connection that listens, and opens another when it is lost. `onNotice` is also called after each (re)connection,
 * since what was notified meanwhile is gone.
 */
export function listenTo(
  databaseUrl: string,
  channels: readonly string[],
  { log, onNotice }: { log: Log; onNotice: () => void },
): Listener {
  let client: pg.Client | null = null
  let timer: NodeJS.Timeout | null = null
  let isClosed = false

  async function connect(): Promise<void> {
    const mine = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000, keepAlive: true })
    client = mine
    mine.on('notification', onNotice)
    mine.on('error', () => undefined)
    mine.on('end', again)
    try {
      await mine.connect()
      for (const channel of channels) await mine.query(`listen ${pg.escapeIdentifier(channel)}`)
      onNotice()
    } catch (err) {
      log.debug({ err }, 'the listening connection cannot be opened; trying again')
      again()
    }
  }

  function again(): void {
    if (isClosed || timer) return
    timer = setTimeout(() => {
      timer = null
      void connect()
    }, retryMs)
    timer.unref()
  }

  void connect()
  return {
    async close() {
      isClosed = true
      if (timer) clearTimeout(timer)
      await client?.end().catch(() => undefined)
    },
  }
}
