import { estimatorSchema } from '#core/estimators/estimators'
import { interactionsSchema } from '#core/model/interactions'
import { seededRandom } from '#ml/estimators/random'
import { sparseRows } from '#ml/estimators/testing'
import type { SparseRows } from '#ml/features/sparse-rows'
import { fitRecommendation, historiesOf } from './fit-recommendation'

/**
 * Interactions with latent tastes: each user likes one of `tastes` groups of items and takes mostly from it; within a group
 * and altogether some items are more popular. [users][items] of 0 and 1.
 */
export function tastefulRows({ users = 300, items = 60, tastes = 6, each = 8, seed = 1 } = {}): number[][] {
  const random = seededRandom(seed)
  const group = items / tastes
  return Array.from({ length: users }, () => {
    const row = new Array<number>(items).fill(0)
    const taste = Math.floor(random() * tastes)
    const wanted = each - 2 + Math.floor(random() * 5)
    for (let taken = 0, tries = 0; taken < wanted && tries < 500; tries++) {
      // squares make the first items of a group, and the first groups, more popular
      const within = Math.floor(random() ** 2 * group)
      const from = random() < 0.8 ? taste : Math.floor(random() ** 2 * tastes)
      const item = from * group + within
      if (row[item] === 1) continue
      row[item] = 1
      taken += 1
    }
    return row
  })
}

/** The same as sparse rows. */
export const tastefulUsers = (options: Parameters<typeof tastefulRows>[0] = {}): SparseRows => sparseRows(tastefulRows(options))

/** The name of an item, with a space and letters beyond the first plane. */
export const itemName = (i: number) => `Item ${String.fromCodePoint(97 + (i % 26), 0x1f600 + (i % 40))} ${i}`

/** A recommender of such users, and what each of them has as the model reads it. */
export async function fitTasteful(algorithm: string, size: Parameters<typeof tastefulRows>[0]) {
  const x = tastefulUsers(size)
  const items = Array.from({ length: x.terms }, (_, i) => itemName(i)).sort()
  const estimator = estimatorSchema.parse({ kind: 'recommender', algorithm, factors: 12, iterations: 4, l2: 10 })
  if (estimator.kind !== 'recommender') throw new Error('no recommender')
  const { kind: _, ...params } = estimator
  const interactions = { users: Array.from({ length: x.rows }, (_, i) => `u${i}`), items, x, times: null }
  const settings = interactionsSchema.parse({ user: 'user', weight: '', time: '' })
  const { pipeline } = await fitRecommendation({
    interactions,
    itemName: 'item',
    separator: '|',
    estimator: params,
    settings,
    k: 5,
    seed: 7,
  })
  return { pipeline, histories: historiesOf(interactions, x, '|') }
}
