import type { Rows } from '#ml/estimators/contract'

/** Of scores, which are of the size of 1: enough to order items that are else the same, too little to reorder others. */
const tieShare = 1e-4
/** An item that nobody has yet is half as popular as one that a single user has. */
const leastUsers = 0.5

/** Users of each item, [items]; a user of weight 2 counts as two. */
export function usersPerItem({ x, weights }: Rows): Float64Array {
  const counts = new Float64Array(x.terms)
  for (let user = 0; user < x.rows; user++) {
    const weight = weights?.[user] ?? 1
    for (let j = x.ptr[user] ?? 0, end = x.ptr[user + 1] ?? 0; j < end; j++) {
      const item = x.ids[j] ?? 0
      counts[item] = (counts[item] ?? 0) + weight
    }
  }
  return counts
}

/** ln(users) per item: the logits of a model that knows only how popular items are. */
export const popularityLogits = (users: Float64Array): Float32Array =>
  Float32Array.from(users, (count) => Math.log(Math.max(count, leastUsers)))

/** What puts the more popular of two items first that a model scores alike, [items], in [0, 0.0001]. */
export function popularityTies(users: Float64Array): Float32Array {
  const most = Math.log1p(users.reduce((highest, count) => Math.max(highest, count), 0))
  return Float32Array.from(users, (count) => (most > 0 ? (tieShare * Math.log1p(count)) / most : 0))
}
