import { hadScore } from '#ml/models/unseen'

/** The items with the highest of `scores` [items], best first, at most k and none that the user has; of equals the first ones. */
export function topItems(scores: Float32Array, k: number): Int32Array {
  const top: number[] = []
  let least = Number.NEGATIVE_INFINITY
  for (let item = 0; item < scores.length; item++) {
    const score = scores[item] ?? 0
    if (score <= least && top.length === k) continue
    if (score < hadScore / 2) continue
    let at = top.length === k ? k - 1 : top.length
    for (; at > 0 && (scores[top[at - 1] ?? 0] ?? 0) < score; at--) top[at] = top[at - 1] ?? 0
    top[at] = item
    least = scores[top.at(-1) ?? 0] ?? 0
  }
  return Int32Array.from(top)
}
