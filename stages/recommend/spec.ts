import { z } from 'zod'
import { recommender } from '#core/estimators/recommender'
import { interactionParams } from '#core/model/interactions'
import type { Column } from '#core/ports/columns'
import { checkColumn } from '../column-checks'
import { defineStage } from '../define'

const idTypes = ['text', 'integer', 'boolean'] as const
const weightTypes = ['number', 'integer'] as const
const timeTypes = ['timestamp', 'number', 'integer', 'text'] as const

const words = { ease: 'EASE', als: 'ALS', 'item-item': 'item-item', popularity: 'popularity' }

/** Learns from who had what to recommend the next item, as a classifier of items whose only input is the list of items had. */
export const recommend = defineStage({
  type: 'recommend',
  version: 1,
  title: 'Recommend items',
  summary: 'Learns from who took what which item comes next, and lists the best ones for each user',
  category: 'learn',
  icon: 'thumbs-up',
  keywords: [
    'recommender',
    'recommendation',
    'collaborative filtering',
    'als',
    'ease',
    'item-item',
    'next item',
    'products',
    'matrix factorisation',
  ],
  params: z.object({
    user: z
      .string()
      .default('')
      .meta({
        title: 'User column',
        description: 'Who took something. Rows without a user are left out.',
        example: 'customer_id',
        control: 'column',
        of: 'train',
        types: [...idTypes],
      }),
    item: z
      .string()
      .default('')
      .meta({
        title: 'Item column',
        description: 'What was taken: what is recommended.',
        example: 'product_id',
        control: 'column',
        of: 'train',
        types: [...idTypes],
      }),
    weight: z
      .string()
      .default('')
      .meta({
        title: 'Weight column',
        description:
          'How strong an interaction is, such as a count, from 0 on; those of one user and item add up. None: each pair counts once.',
        example: 'quantity',
        control: 'column',
        of: 'train',
        types: [...weightTypes],
      }),
    time: z
      .string()
      .default('')
      .meta({
        title: 'Time column',
        description: 'When it was. The last items of a user are then held out to measure by; without it, items drawn at random.',
        example: 'ordered_at',
        control: 'column',
        of: 'train',
        types: [...timeTypes],
      }),
    ...recommender.params.shape,
    k: z.int().min(1).max(100).default(10).meta({
      title: 'Recommend',
      description: 'Length of the lists that are measured and written out.',
      example: '10',
      unit: 'items',
    }),
    ...interactionParams,
    separator: z
      .string()
      .min(1)
      .max(5)
      .default('|')
      .meta({
        title: 'Separator',
        description: 'Stands between the items of the list that the model reads, as in "tea|milk". No item may hold it.',
        example: '|',
        suggest: ['|', ',', ';', ' '],
        advanced: true,
      }),
  }),
  inputs: { train: { kind: 'table', label: 'Interactions' } },
  outputs: {
    model: { kind: 'model', label: 'Model' },
    report: { kind: 'report', label: 'Recommendation report' },
    table: { kind: 'table', label: 'Recommendations' },
  },
  describe: ({ user, item, algorithm, k }) => `${item || 'no item yet'} to ${user || 'no user yet'} by ${words[algorithm]}, the best ${k}`,
  columns: ({ user, item }, { train }) => ({ table: recommendationColumns(train, user, item) }),
  check: ({ user, item, weight, time }, { train }) => [
    ...checkColumn('user', user, train, { what: 'the column with the user', types: idTypes }),
    ...checkColumn('item', item, train, { what: 'the column with the item', types: idTypes }),
    ...(user !== '' && user === item ? [{ param: 'item', message: 'The item cannot be the same column as the user.' }] : []),
    ...(weight === '' ? [] : checkColumn('weight', weight, train, { what: 'the weight', types: weightTypes })),
    ...(time === '' ? [] : checkColumn('time', time, train, { what: 'the time', types: timeTypes })),
  ],
})

/** Of the table of recommendations: users and items as they are in the interactions, whole numbers or text. */
export function recommendationColumns(train: readonly Column[] | undefined, user: string, item: string): Column[] {
  const typeOf = (name: string): Column['type'] => (train?.find((column) => column.name === name)?.type === 'integer' ? 'integer' : 'text')
  return [
    { name: 'user', type: typeOf(user) },
    { name: 'rank', type: 'integer' },
    { name: 'item', type: typeOf(item) },
    { name: 'score', type: 'number' },
  ]
}
