import pg from 'pg'
import type { House } from '#server/house'
import type { Log } from '#server/log'

/**
 * LISTEN for a whole process on one connection. Postgres forgets notifications while nobody listens, so after a lost
 * connection every watcher is woken once: it looks at the rows, which are the truth. A watcher that misses nothing else
 * is therefore right even when the database was away.
 */
export type Changes = {
  /** Wakes whenever `channel` is notified with `payload` (any payload when null). */
  watch(channel: string, payload: string | null): Watcher
  /** Calls back on every notification; '' after a lost connection came back. */
  on(channel: string, listener: (payload: string) => void): () => void
  close(): Promise<void>
}

export type Watcher = {
  /** Resolves when something happened since the last call, after `atMostMs`, or on abort. */
  next(atMostMs: number, signal?: AbortSignal): Promise<void>
  close(): void
}

const opened = new WeakMap<House, Changes>()

/** The one set of listeners of a process; opened when first asked for, closed with the house's process. */
export function changesOf(house: House): Changes {
  const known = opened.get(house)
  if (known) return known
  const changes = openChanges(house.databaseUrl, house.log)
  opened.set(house, changes)
  return changes
}

/** Ends the listening of a process, if it listened. */
export async function closeChanges(house: House): Promise<void> {
  await opened.get(house)?.close()
  opened.delete(house)
}

export function openChanges(databaseUrl: string, log: Log): Changes {
  const listeners = new Map<string, Set<(payload: string) => void>>()
  let client: pg.Client | null = null
  let closed = false
  let retry: NodeJS.Timeout | undefined
  // One statement at a time: the connection takes no second one while the first is under way.
  let asked: Promise<unknown> = Promise.resolve()
  const listen = (on: pg.Client, channel: string) => {
    const done = asked.then(() => on.query(`listen ${pg.escapeIdentifier(channel)}`))
    asked = done.catch(() => undefined)
    return done
  }

  async function connect(): Promise<void> {
    const next = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000, keepAlive: true })
    let lost = false
    const onLost = (error?: Error) => {
      if (lost || closed) return
      lost = true
      if (client === next) client = null
      log.warn({ err: error }, 'the connection that hears of changes was lost; opening another')
      next.end().catch(() => undefined)
      retry = setTimeout(() => void connect(), 500)
      retry.unref()
    }
    next.on('error', onLost)
    next.on('end', () => onLost())
    next.on('notification', ({ channel, payload }) => {
      for (const listener of listeners.get(channel) ?? []) listener(payload ?? '')
    })
    try {
      await next.connect()
    } catch (error) {
      onLost(error instanceof Error ? error : undefined)
      return
    }
    if (closed) {
      await next.end().catch(() => undefined)
      return
    }
    client = next
    // What happened while nobody listened is unknown: listen first, then wake everybody to look.
    for (const [channel, set] of listeners) {
      await listen(next, channel).catch(onLost)
      for (const listener of set) listener('')
    }
  }

  const changes: Changes = {
    on(channel, listener) {
      const known = listeners.get(channel)
      if (known) known.add(listener)
      else {
        listeners.set(channel, new Set([listener]))
        // A failed LISTEN shows as a lost connection, which starts over.
        if (client) {
          listen(client, channel).then(
            () => listener(''),
            () => undefined,
          )
        }
      }
      return () => {
        listeners.get(channel)?.delete(listener)
      }
    },
    watch(channel, payload) {
      let dirty = false
      let wake: (() => void) | undefined
      const stop = changes.on(channel, (heard) => {
        if (payload !== null && heard !== '' && heard !== payload) return
        dirty = true
        wake?.()
      })
      return {
        async next(atMostMs, signal) {
          if (!dirty && !signal?.aborted) {
            await new Promise<void>((resolve) => {
              const done = () => {
                clearTimeout(timer)
                signal?.removeEventListener('abort', done)
                wake = undefined
                resolve()
              }
              const timer = setTimeout(done, atMostMs)
              wake = done
              signal?.addEventListener('abort', done, { once: true })
            })
          }
          dirty = false
        },
        close: stop,
      }
    },
    async close() {
      closed = true
      clearTimeout(retry)
      listeners.clear()
      const last = client
      client = null
      await last?.end().catch(() => undefined)
    },
  }
  void connect()
  return changes
}
