import { listAlive } from '#db/queries/processes'
import { startEngine } from '#server/engine/start-engine'
import type { House } from '#server/house'
import { findSpec } from '#stages/specs'

/** Workers renew their row every second. */
const aliveMs = 4_000

/** Makes sure that somebody works: a worker that is up, or one in this process for as long as the command lasts. */
export async function withWorker<T>(house: House, body: () => Promise<T>): Promise<T> {
  const alive = await listAlive(house.db, { kind: 'worker', aliveMs })
  if (alive.length > 0) return body()
  const engine = await startEngine(house, {
    findSpec,
    stageEntry: new URL('../engine/stage-process/main.ts', import.meta.url),
    onLost: () => {
      process.stderr.write('This process was silent too long, so that its work goes on elsewhere. Run the command again.\n')
      process.exit(1)
    },
  })
  try {
    return await body()
  } finally {
    await engine.stop()
  }
}
