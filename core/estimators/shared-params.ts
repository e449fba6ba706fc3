import { z } from 'zod'

/** Params that several estimators have, in the same words. */

export const balanced = z.boolean().default(false).meta({
  title: 'Balance classes',
  description: 'Rare classes weigh as much as frequent ones. Raises their recall, costs precision.',
  example: 'off',
})
