/** How well lists of recommendations hold what users took, a value per user. Jarvelin and Kekalainen 2002 for NDCG. */
export type ListMeasures = {
  /** Share of the held-out items that are in the list. */
  recall: Float64Array
  /** Share of the list that was held out; a list that is shorter than k counts as k. */
  precision: Float64Array
  /** Sum of 1 / log2(1 + rank) of the hits, over that of the best order. */
  ndcg: Float64Array
  /** 1 / rank of the first hit, 0 without. */
  mrr: Float64Array
  /** 1 with any hit. */
  hitRate: Float64Array
}

/** Measures the first `k` of each user's list against the items that were held out; relevance is 0 or 1. */
export function measureLists(lists: readonly Int32Array[], held: readonly Int32Array[], k: number): ListMeasures {
  const users = lists.length
  const measures: ListMeasures = {
    recall: new Float64Array(users),
    precision: new Float64Array(users),
    ndcg: new Float64Array(users),
    mrr: new Float64Array(users),
    hitRate: new Float64Array(users),
  }
  for (const [user, list] of lists.entries()) {
    const wanted = held[user] ?? new Int32Array(0)
    const hits = Array.from(list.subarray(0, k).keys()).filter((place) => wanted.includes(list[place] ?? -1))
    const first = hits[0]
    measures.recall[user] = hits.length / wanted.length
    measures.precision[user] = hits.length / k
    measures.ndcg[user] = gainOf(hits) / gainOf(Array.from({ length: Math.min(k, wanted.length) }, (_, place) => place))
    measures.mrr[user] = first === undefined ? 0 : 1 / (first + 1)
    measures.hitRate[user] = first === undefined ? 0 : 1
  }
  return measures
}

/** Share of all items that are in at least one list. */
export function coverageOf(lists: readonly Int32Array[], items: number): number {
  const seen = new Set<number>()
  for (const list of lists) for (const item of list) seen.add(item)
  return seen.size / items
}

/** Share of all places that items of the set take. */
export function shareOf(lists: readonly Int32Array[], isIn: Uint8Array): number {
  let [inside, all] = [0, 0]
  for (const list of lists) {
    for (const item of list) inside += isIn[item] ?? 0
    all += list.length
  }
  return all > 0 ? inside / all : 0
}

/** 1 for the tenth of the items that most users have, at least one item; of equals the first ones. */
export function mostPopularTenth(users: Float64Array): Uint8Array {
  const order = Array.from(users.keys()).sort((a, b) => (users[b] ?? 0) - (users[a] ?? 0) || a - b)
  const isTop = new Uint8Array(users.length)
  for (const item of order.slice(0, Math.ceil(users.length / 10))) isTop[item] = 1
  return isTop
}

const gainOf = (places: readonly number[]) => places.reduce((sum, place) => sum + 1 / Math.log2(place + 2), 0)
