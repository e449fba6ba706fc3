import { z } from 'zod'

/** Params that several estimators have, in the same words. */

export const balanced = z.boolean().default(false).meta({
  title: 'Balance classes',
  description: 'Rare classes weigh as much as frequent ones. Raises their recall, costs precision.',
  example: 'off',
})

export const l1Share = z
  .number()
  .min(0)
  .max(1)
  .default(0.5)
  .meta({
    title: 'Share of L1',
    description: 'How much of the penalty makes weights 0: at 1 all of it, at 0 it only keeps them small.',
    example: '0.5',
    when: { param: 'penalty', is: ['elastic-net'] },
  })
