import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import { heartbeat, registerProcess, removeProcess } from '#db/queries/processes'
import { openBatchDesk } from '#server/batch/batch-desk'
import type { House } from '#server/house'
import { secretKey } from '#server/secret-key'
import { openBanditBoard } from './bandit-board'
import { buildGateway } from './build-gateway'
import { systemClock } from './clock'
import { openKeyRing } from './keys/key-ring'
import { listenTo } from './listen'
import { startShipping } from './log/shipping'
import { openSpool } from './log/spool'
import { watchSpool } from './log/spool-alert'
import { watchModels } from './model-alerts'
import { openFindVersion } from './models/find-version'
import { type OpenLink, openLink } from './models/host/host-link'
import { openModelShelf } from './models/model-shelf'
import { openPrepare } from './models/open-prepare'
import { openReleaseBoard } from './release-board'
import { openShadows } from './shadow'
import { notesFor } from './telemetry/gateway-metrics'
import { openTelemetry } from './telemetry/telemetry'

export type Gateway = { id: string; url: string; close(): Promise<void> }

const lookMs = 2_000
const heartbeatMs = 1_000
const touchKeysMs = 10_000
/** At the start there is nothing that could answer meanwhile. */
const firstPatienceMs = 20_000

export type GatewayOptions = {
  port?: number
  /** Starts the threads and processes that hold models. */
  hosts?: OpenLink
  /** How long a request may take to arrive whole. */
  requestTimeoutMs?: number
}

/**
 * A gateway from the first look at the database to the last answer. It looks for new releases and keys when it is told
 * (LISTEN) and every two seconds anyway; when the database is gone it serves on with what it has.
 */
export async function runGateway(
  house: House,
  { port = house.env.STAGELINE_GATEWAY_PORT, hosts = openLink, requestTimeoutMs = 60_000 }: GatewayOptions = {},
): Promise<Gateway> {
  const { db, log, env, artifacts } = house
  const id = randomUUID()
  const telemetry = await openTelemetry({
    observed: {
      spool: () => spoolState(),
      models: () => shelf.list(),
      memory: () => shelf.memory(),
      isDatabaseUp: () => isDatabaseUp,
    },
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
    traceShare: env.STAGELINE_TRACE_SHARE,
    service: env.OTEL_SERVICE_NAME,
    instance: id,
    log,
  })
  const shelf = openModelShelf({
    artifacts,
    openPrepare: openPrepare(house),
    openLink: hosts,
    notesOf: notesFor(telemetry.metrics),
    limitBytes: env.modelMemoryBytes,
    clock: systemClock,
    log,
  })
  const board = openReleaseBoard(db, { shelf, log })
  const bandits = openBanditBoard(db)
  const modelWatch = watchModels(db)
  const keys = openKeyRing(db, { installationKey: secretKey(env), log, isDeployment: (name) => board.find(name) !== undefined })
  const spool = openSpool(env.spoolDir, { log, id, maxBytes: env.STAGELINE_SPOOL_MB * 1024 * 1024 })
  const shipping = startShipping({ databaseUrl: house.databaseUrl, ownDir: spool.dir, log, level: env.STAGELINE_LOG_LEVEL })

  const spoolState = () => ({ ...spool.state(), damagedLines: shipping.damagedLines() })
  const spoolWatch = watchSpool(db, spool)

  let isDatabaseUp = true
  async function look(patienceMs?: number): Promise<void> {
    try {
      await Promise.all([board.refresh(patienceMs), keys.refresh()])
      await Promise.all([bandits.refresh(board.list(), Date.now()), modelWatch.look(board.list(), Date.now())])
      if (!isDatabaseUp) log.info('the database answers again')
      isDatabaseUp = true
    } catch (err) {
      if (isDatabaseUp) log.warn({ err }, 'the database does not answer; serving on with the releases and keys already known')
      isDatabaseUp = false
    }
  }
  await look(firstPatienceMs)

  const health = () => ({
    status: 'ok',
    database: isDatabaseUp ? 'up' : 'down',
    releases: Object.fromEntries(board.list().map((release) => [release.deployment, release.number])),
    problems: Object.fromEntries(board.problems()),
    spool: spoolState(),
  })
  const app = buildGateway({
    board,
    keys,
    spool,
    bandits,
    shadows: openShadows({ spool, log }),
    telemetry,
    log,
    // The house's own pages call it too: that of an edge bundle reports what it answered.
    http: {
      origins: [...env.STAGELINE_GATEWAY_ORIGINS, new URL(env.webUrl).origin],
      url: env.STAGELINE_GATEWAY_URL ?? null,
      requestTimeoutMs,
    },
    findVersion: openFindVersion(db, openPrepare(house)),
    batches: openBatchDesk(house),
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
      await spoolWatch.look(Date.now())
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
      await board.close()
      spool.close()
      await shipping.close()
      await telemetry.close()
      await keys.flush().catch(() => undefined)
      await removeProcess(db, id).catch(() => undefined)
    },
  }
}
