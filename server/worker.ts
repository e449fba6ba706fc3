import { startEngine } from '#server/engine/start-engine'
import { readEnv } from '#server/env'
import { openHouse } from '#server/house'
import { watchAlerts } from '#server/monitor/watch-alerts'
import { watchRollouts } from '#server/releases/watch-rollouts'
import { findSpec } from '#stages/specs'

/** The worker process: takes runs, stages and jobs from the queues until it is told to stop. */
const env = readEnv(process.env)
if (!env.DATABASE_URL) {
  console.error('DATABASE_URL is not set. Start with `npm start`, or set it to a Postgres 15 or newer.')
  process.exit(1)
}
const house = openHouse('worker', env.DATABASE_URL, env)
const engine = await startEngine(house, {
  findSpec,
  stageEntry: new URL('./engine/stage-process/main.ts', import.meta.url),
  onLost() {
    house.log.error('this worker was silent too long and its work goes on elsewhere; it ends now and is started again')
    process.exit(1)
  },
})
const watch = new AbortController()
const watching = Promise.all([watchAlerts(house, watch.signal), watchRollouts(house, watch.signal)])
house.log.info({ worker: engine.workerId }, 'the worker is up')

let stopping = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, async () => {
    if (stopping) return
    stopping = true
    watch.abort()
    await engine.stop()
    await watching
    await house.close()
    process.exit(0)
  })
}
