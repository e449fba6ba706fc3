import { AppError } from '#core/errors/app-error'
import { explainFailure } from '#server/explain-failure'
import { openHouse } from '#server/house'
import { runGateway } from '#server/serving/run-gateway'

/** The gateway process. Its supervisor (or the operator) hands it DATABASE_URL. */
const databaseUrl = process.env.DATABASE_URL
try {
  if (!databaseUrl)
    throw new AppError('unavailable', { detail: 'DATABASE_URL is not set. Start with `npm start`, or set it to a Postgres 15 or newer.' })
  const house = openHouse('gateway', databaseUrl)
  const gateway = await runGateway(house)
  let isStopping = false
  const stop = async () => {
    if (isStopping) return
    isStopping = true
    await gateway.close()
    await house.close()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
} catch (error) {
  console.error(explain(error))
  process.exit(1)
}

function explain(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `The gateway's port is taken (${error.message}). Set STAGELINE_GATEWAY_PORT to a free one, or stop what uses it.`
  }
  return explainFailure(error)
}
