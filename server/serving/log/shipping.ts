import { Worker } from 'node:worker_threads'
import type { Log } from '#server/log'

export type Shipping = {
  /** Lines that were set aside since the start, because they do not fit their sum. */
  damagedLines(): number
  close(): Promise<void>
}

/** What the thread reports. */
export type ShippingNews = { damagedLines: number }

export type ShippingOptions = { databaseUrl: string; ownDir: string; level: string }

/** The first files wait this long: until then the gateway and those beside it need the processor to start. */
const firstMs = 1_500
const restartMs = 2_000
/** Holds what a file of lines is turned into: little of it outlives its batch. */
const nurseryMb = 48
const closeAtMostMs = 5_000

/**
 * Ships the spool from a thread of its own with low priority: taking files apart and adding figures up must not make
 * callers wait. A thread that dies is started again; the files are still there.
 */
export function startShipping({ log, ...options }: ShippingOptions & { log: Log }): Shipping {
  let worker: Worker | null = null
  let isClosing = false
  let damagedLines = 0

  function start(): Worker {
    const started = new Worker(new URL('./shipping-thread.mjs', import.meta.url), {
      workerData: options,
      resourceLimits: { maxYoungGenerationSizeMb: nurseryMb },
    })
    worker = started
    started.on('message', (news: ShippingNews) => {
      damagedLines += news.damagedLines
    })
    started.on('error', (err) => log.error({ err }, 'the thread that ships the spool died; starting it again'))
    started.on('exit', () => {
      worker = null
      if (!isClosing) setTimeout(() => !isClosing && start(), restartMs).unref()
    })
    return started
  }
  const first = setTimeout(start, firstMs)

  return {
    damagedLines: () => damagedLines,
    async close() {
      isClosing = true
      clearTimeout(first)
      // What a short life wrote is shipped all the same, and what a thread that just died left.
      const last = worker ?? start()
      const ended = new Promise<void>((resolve) => last.on('exit', () => resolve()))
      last.postMessage('close')
      const timer = setTimeout(() => {
        log.warn('the spool could not be shipped in time; the next gateway on this disk ships it')
        void last.terminate()
      }, closeAtMostMs)
      await ended
      clearTimeout(timer)
    },
  }
}
