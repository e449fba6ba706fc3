import { z } from 'zod'
import { defineEstimator } from './define'

const of = (...is: string[]) => ({ when: { param: 'algorithm', is } })

/** Recommends the item that a user takes next, from the items that the user has. Its classes are the items. */
export const recommender = defineEstimator({
  kind: 'recommender',
  task: 'recommendation',
  name: 'recommender',
  params: z.object({
    algorithm: z.enum(['ease', 'als', 'item-item', 'popularity']).default('ease').meta({
      title: 'Algorithm',
      description:
        'EASE: weights between all pairs of items in closed form; often best up to some thousand items. ALS: hidden factors of users and items, small files. Item-item: items that are often had together. Popularity: the same for everybody, the baseline of the others.',
      example: 'ease',
    }),
    l2: z
      .number()
      .positive()
      .max(1e9)
      .default(100)
      .meta({
        title: 'Regularisation',
        description: 'Larger keeps the weights between items small: more for many interactions or rare items.',
        example: '100',
        ...of('ease'),
      }),
    factors: z
      .int()
      .min(1)
      .max(256)
      .default(32)
      .meta({
        title: 'Factors',
        description: 'How many hidden tastes are told apart. More follow details and take longer.',
        example: '32',
        ...of('als'),
      }),
    alpha: z
      .number()
      .positive()
      .max(1e6)
      .default(2)
      .meta({
        title: 'Alpha',
        description: 'How much surer an interaction is than its absence: confidence is 1 + alpha times its weight.',
        example: '2',
        ...of('als'),
      }),
    regularisation: z
      .number()
      .positive()
      .max(1e9)
      .default(20)
      .meta({
        title: 'Regularisation',
        description: 'Larger keeps the factors small and follows fewer details: often 1 to 100. Too large leaves nothing but popularity.',
        example: '20',
        ...of('als'),
      }),
    iterations: z
      .int()
      .min(1)
      .max(200)
      .default(15)
      .meta({
        title: 'Iterations',
        description: 'How often users and items are solved for in turn.',
        example: '15',
        advanced: true,
        ...of('als'),
      }),
    neighbours: z
      .int()
      .min(1)
      .max(1_000)
      .default(50)
      .meta({
        title: 'Neighbours',
        description: 'Of each item so many of the most similar items are kept.',
        example: '50',
        unit: 'items',
        ...of('item-item'),
      }),
    shrinkage: z
      .number()
      .min(0)
      .max(1e9)
      .default(10)
      .meta({
        title: 'Shrinkage',
        description: 'Larger trusts items less that only a few users have had together.',
        example: '10',
        ...of('item-item'),
      }),
  }),
})
