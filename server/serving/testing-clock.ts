import type { Clock } from './clock'

/** A clock that stands until it is turned. */
export type HandClock = Clock & {
  /** Lets so many ms pass, and everything that becomes due in them happen in its order. */
  pass(ms: number): Promise<void>
}

/** A turn of the event loop takes a moment: who waits by turns waits for something. */
const turnMs = 0.01

/** Starts at 1,000 ms. */
export function handClock(): HandClock {
  let now = 1_000
  let timers: { at: number; callback: () => void }[] = []
  const soon: (() => void)[] = []

  /** Promises settle between two callbacks, however long their chains are. */
  const settle = async () => {
    for (let i = 0; i < 50; i++) await Promise.resolve()
  }

  async function runSoon(): Promise<void> {
    await settle()
    while (soon.length > 0) {
      now += turnMs
      for (const callback of soon.splice(0)) callback()
      await settle()
    }
  }

  return {
    now: () => now,
    after(ms, callback) {
      const timer = { at: now + ms, callback }
      timers.push(timer)
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
    soon: (callback) => void soon.push(callback),
    async pass(ms) {
      const end = now + ms
      await runSoon()
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        if (!next) break
        timers = timers.filter((one) => one !== next)
        now = Math.max(now, next.at)
        next.callback()
        await runSoon()
      }
      now = Math.max(now, end)
    },
  }
}
