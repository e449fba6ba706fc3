import { AppError } from '#core/errors/app-error'
import { type House, openHouse } from '#server/house'

// Next loads routes and pages as separate bundles in one process: the house hangs on globalThis so that they share one pool.
const shared = globalThis as typeof globalThis & { stagelineHouse?: House }

/** The house of the web process. The supervisor (or the operator) hands it DATABASE_URL. */
export function webHouse(): House {
  const url = process.env.DATABASE_URL
  if (!url)
    throw new AppError('unavailable', { detail: 'DATABASE_URL is not set. Start with `npm start`, or set it to a Postgres 15 or newer.' })
  shared.stagelineHouse ??= openHouse('web', url)
  return shared.stagelineHouse
}
