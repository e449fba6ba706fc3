import { readEnv } from '#server/env'
import { openHouse } from '#server/house'
import { startEngine } from '../start-engine'
import { testStages } from './test-stages'

/** A worker that tests start as a process of its own, to kill it: at once, or at a named point (KILL_AT=point:subject). */
const env = readEnv(process.env)
const house = openHouse('worker', env.DATABASE_URL ?? '', env)
const [point, subject] = (process.env.KILL_AT ?? '').split(':')
const engine = await startEngine(house, {
  findSpec: testStages.findSpec,
  stageEntry: new URL('./stage-entry.ts', import.meta.url),
  onLost: () => process.exit(3),
  leaseTimes: { beatMs: 300, leaseMs: 1_500 },
  at(passed, what) {
    if (passed === point && what.split(' ').includes(subject ?? '')) process.kill(process.pid, 'SIGKILL')
  },
})
process.send?.({ workerId: engine.workerId })
process.on('SIGTERM', async () => {
  await engine.stop()
  await house.close()
  // No exit: whatever keeps a stopped worker alive is a fault that a test should see.
  process.disconnect?.()
})
