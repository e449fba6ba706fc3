import { seededRandom } from '#ml/estimators/random'

/** Random numbers of one trial: they hang on the seed and its number only, so a restarted search draws the same. */
export function trialRandom(seed: number, number: number): () => number {
  return seededRandom(mix(mix(seed) ^ mix(number + 0x9e3779b9)))
}

/** MurmurHash3's finaliser: neighbours come out far apart, which the first draws of a xorshift need. */
function mix(value: number): number {
  let h = value >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
