import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import { heartbeat, registerProcess, removeProcess } from '#db/queries/processes'
import type { House } from '#server/house'
import { secretKey } from '#server/secret-key'
import { buildGateway } from './build-gateway'
import { openKeyRing } from './keys/key-ring'
import { listenTo } from './listen'
import { startShipping } from './log/shipping'
import { openSpool } from './log/spool'
import { openPrepare } from './models/open-prepare'
import { loadModel } from './models/served-model'
import { openReleaseBoard } from './release-board'

export type Gateway = { id: string; url: string; close(): Promise<void> }

const lookMs = 2_000
const heartbeatMs = 1_000
const touchKeysMs = 10_000

/**
 * A gateway from the first look at the database to the last answer. It looks for new releases and keys when it is told
 * (LISTEN) and every two seconds anyway; when the database is gone it serves on with what it has.
 */
export async function runGateway(house: House, { port = house.env.STAGELINE_GATEWAY_PORT }: { port?: number } = {}): Promise<Gateway> {
  const { db, log, env, artifacts } = house
  const id = randomUUID()
  const keys = openKeyRing(db, { installationKey: secretKey(env), log })
  const board = openReleaseBoard(db, {
    log,
    load: async ({ id: versionId, number, model, artifact }) =>
      loadModel({ versionId, version: number, model, bytes: await artifacts.read(artifact) }, openPrepare(house)),
  })
  const spool = openSpool(env.spoolDir, { log, id })
  const shipping = startShipping({ databaseUrl: house.databaseUrl, ownDir: spool.dir, log, level: env.STAGELINE_LOG_LEVEL })

  let isDatabaseUp = true
  async function look(): Promise<void> {
    try {
      await Promise.all([board.refresh(), keys.refresh()])
      if (!isDatabaseUp) log.info('the database answers again')
      isDatabaseUp = true
    } catch (err) {
      if (isDatabaseUp) log.warn({ err }, 'the database does not answer; serving on with the releases and keys already known')
      isDatabaseUp = false
    }
  }
  await look()

  const health = () => ({
    status: 'ok',
    database: isDatabaseUp ? 'up' : 'down',
    releases: Object.fromEntries(board.list().map((release) => [release.deployment, release.number])),
    problems: Object.fromEntries(board.problems()),
    spool: spool.trouble(),
  })
  const app = buildGateway({
    board,
    keys,
    spool,
    log,
    health: () => ({ ...health(), releases: board.list().length, problems: board.problems().size }),
  })
  await app.listen({ host: env.STAGELINE_HOST, port })
  // A TCP server's address is never a pipe's name.
  const { port: bound } = app.server.address() as AddressInfo
  const url = env.STAGELINE_GATEWAY_URL ?? `http://${env.STAGELINE_HOST}:${bound}`

  async function renew(): Promise<void> {
    try {
      if (!(await heartbeat(db, id, health())))
        await registerProcess(db, { id, kind: 'gateway', pid: process.pid, host: os.hostname(), url, info: health() })
    } catch (err) {
      log.debug({ err }, 'the heartbeat was not written')
    }
  }
  await renew()
  const listening = listenTo(house.databaseUrl, ['release_changed', 'keys_changed'], { log, onNotice: () => void look().then(renew) })
  const timers = [
    setInterval(() => void look(), lookMs),
    setInterval(() => void renew(), heartbeatMs),
    setInterval(() => void keys.flush().catch((err) => log.debug({ err }, 'last use of keys was not written')), touchKeysMs),
  ]
  log.info({ url, releases: board.list().length }, 'the gateway answers')

  return {
    id,
    url,
    async close() {
      for (const timer of timers) clearInterval(timer)
      await app.close()
      await listening.close()
      spool.close()
      await shipping.close()
      await board.close()
      await keys.flush().catch(() => undefined)
      await removeProcess(db, id).catch(() => undefined)
    },
  }
}
