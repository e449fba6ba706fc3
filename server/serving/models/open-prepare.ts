import { AppError } from '#core/errors/app-error'
import { findSecret } from '#db/queries/secrets'
import { prepareRow, secretsOf } from '#ml/features/prepare'
import type { House } from '#server/house'
import { secretKey } from '#server/secret-key'
import { unseal } from '#server/secrets/seal'
import type { OpenPrepare } from './load-model'

/** Makes prepare steps ready for single rows; the secrets of keyed steps are read once, when the model is loaded. */
export function openPrepare(house: Pick<House, 'db' | 'env'>): OpenPrepare {
  return async (steps) => {
    const keys: Record<string, string> = {}
    for (const name of secretsOf(steps)) {
      const sealed = await findSecret(house.db, name)
      if (sealed === null) {
        throw new AppError('not_found', {
          detail: `The model hashes personal data with the secret "${name}", which is not set. Set it under Settings, Secrets.`,
        })
      }
      keys[name] = unseal(sealed, secretKey(house.env), name)
    }
    return steps.length === 0 ? (row) => row : (row) => prepareRow(steps, row, keys)
  }
}
