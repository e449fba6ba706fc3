import { z } from 'zod'

/** Which rows of a table of interactions a recommender learns from, and what it holds out to measure itself; params and recipe. */
export const interactionParams = {
  minItemUsers: z.int().min(1).max(1_000_000).default(2).meta({
    title: 'Users per item',
    description: 'Items that fewer users have had are left out: nothing is known of them.',
    example: '5',
    unit: 'at least',
  }),
  minUserItems: z.int().min(1).max(1_000_000).default(2).meta({
    title: 'Items per user',
    description: 'Users with fewer items are not learned from; the model answers them all the same.',
    example: '2',
    unit: 'at least',
  }),
  mostItems: z.int().min(2).max(10_000).default(5_000).meta({
    title: 'Most items',
    description:
      'The items that most users have had are kept. Each answer holds the probability of every item, so more make it larger and slower.',
    example: '5000',
    unit: 'items',
  }),
  heldOut: z.int().min(1).max(20).default(1).meta({
    title: 'Held out',
    description: 'The last items of a user, by time where there is one, that the measured model must recommend without having seen them.',
    example: '1',
    unit: 'per user',
  }),
  testUsers: z.int().min(1).max(20_000).default(2_000).meta({
    title: 'Users measured',
    description: 'At most so many users, drawn at random, have items held out.',
    example: '2000',
    unit: 'users',
    advanced: true,
  }),
} as const

/** The columns beside the item, '' for none, and the params above; the item is the recipe's target. */
export const interactionsSchema = z.object({ user: z.string(), weight: z.string(), time: z.string(), ...interactionParams })
export type InteractionSettings = z.output<typeof interactionsSchema>
