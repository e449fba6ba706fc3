import { AppError } from '#core/errors/app-error'
import { findSecret } from '#db/queries/secrets'
import type { House } from '#server/house'
import { secretKey } from '#server/secret-key'
import { unseal } from './seal'

/** A secret that a model's prepare steps hash personal data with; an AppError that says where to set it. */
export async function readModelSecret({ db, env }: Pick<House, 'db' | 'env'>, name: string): Promise<string> {
  const sealed = await findSecret(db, name)
  if (sealed !== null) return unseal(sealed, secretKey(env), name)
  throw new AppError('not_found', {
    detail: `The model hashes personal data with the secret "${name}", which is not set. Set it under Settings, Secrets.`,
  })
}
