import os from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { openDatabase } from '#db/client'
import { openLog } from '#server/log'
import { openShipper } from './ship-spool'
import type { ShippingNews, ShippingOptions } from './shipping'

const pauseMs = 500
const pauseWithoutDatabaseMs = 1_000

// Set by startShipping, and by nothing else.
const { databaseUrl, ownDir, level } = workerData as ShippingOptions

// On Linux this is the priority of this thread alone. Where it may not be lowered, it stays.
try {
  os.setPriority(5)
} catch {
  // Documented fallback: shipping then competes as an equal.
}

const log = openLog('gateway-shipping', level)
const { db, pool, close } = openDatabase(databaseUrl, {
  max: 2,
  onError: (err) => log.debug({ err }, 'an idle database connection was lost'),
})
const shipper = openShipper({ db, pool, ownDir, log })
let isClosing = false
let wake: () => void = () => undefined
parentPort?.on('message', () => {
  isClosing = true
  wake()
})

let isUp = true
while (!isClosing) {
  await shipOnce()
  if (!isClosing) await pause(isUp ? pauseMs : pauseWithoutDatabaseMs)
}
await shipOnce()
await close()
parentPort?.close()

async function shipOnce(): Promise<void> {
  try {
    const { damagedLines } = await shipper.ship()
    if (damagedLines > 0) parentPort?.postMessage({ damagedLines } satisfies ShippingNews)
    if (!isUp) log.info('the spool is being shipped again')
    isUp = true
  } catch (err) {
    if (isUp) log.warn({ err }, 'the spool cannot be shipped now; it waits on disk')
    isUp = false
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    wake = () => {
      clearTimeout(timer)
      resolve()
    }
  })
}
