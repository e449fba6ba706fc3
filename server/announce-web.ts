import { holdLease } from '#server/process-lease'
import { webHouse } from '#server/web-house'

/** Holds the web process's lease until it is told to end. */
export async function announceWeb(): Promise<void> {
  const house = webHouse()
  const lease = await holdLease(house, { kind: 'web', url: house.env.webUrl })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      lease.end().catch((err: unknown) => house.log.warn({ err }, 'the lease could not be given back'))
    })
  }
}
