export type VoteSettings = {
  /** [count]: class of each training row. */
  labels: Int32Array
  /** At most the number of training rows. */
  k: number
  weighting: 'uniform' | 'distance'
  outputs: number
}

/**
 * Distances nearer to each other than this share of (length of the query + distance of the k-th neighbour) are equal.
 * Weights of text differ between the runtimes by a tenth of it, so without it what is a tie here would be none there.
 */
export const tieShare = 1e-6
/** Rows no farther than this are the same as the query, whatever their length; keeps votes finite. */
export const smallestDistance = 1e-30

/**
 * Scores [outputs] from a distance per training row. All rows clearly nearer than the k-th one vote, and then, of those as
 * far as the k-th, the first ones until k have voted. By distance, a vote weighs 1 / distance, or with `isHalfSquare`
 * 2 / distance^2; where neighbours are the same as the query, only they vote. The score of a class is ln((k * share of the votes + 1 / classes) / (k + 1)): one more vote is split
 * among all classes, so that none is impossible. `length` of the query, float32 as the distances.
 */
export function countVotes(settings: VoteSettings, distances: Float32Array, length: number, isHalfSquare: boolean): Float64Array {
  const { labels, k, weighting, outputs } = settings
  const { nearest, tie } = chooseNearest(distances, k, length)
  const same = Math.max(tie, smallestDistance)
  const hasSame = nearest.some((row) => (distances[row] ?? 0) <= same)
  const votes = new Float64Array(outputs)
  let total = 0
  for (const row of nearest) {
    const distance = distances[row] ?? 0
    const inverse = hasSame ? (distance <= same ? 1 : 0) : isHalfSquare ? 1 / distance / distance : 1 / distance
    const weight = weighting === 'uniform' ? 1 : inverse
    const label = labels[row] ?? 0
    votes[label] = (votes[label] ?? 0) + weight
    total += weight
  }
  return votes.map((vote) => Math.log((k * (vote / total) + 1 / outputs) / (k + 1)))
}

/** The k rows that vote, and how far apart distances may be and still be equal. */
function chooseNearest(distances: Float32Array, k: number, length: number): { nearest: Int32Array; tie: number } {
  const last = kthSmallest(distances, k)
  const tie = Math.fround(Math.fround(length + last) * Math.fround(tieShare))
  const [sure, tied] = [Math.fround(last - tie), Math.fround(last + tie)]
  let free = k
  for (let row = 0; row < distances.length; row++) if ((distances[row] ?? 0) < sure) free -= 1
  const nearest = new Int32Array(k)
  let chosen = 0
  for (let row = 0; row < distances.length; row++) {
    const distance = distances[row] ?? 0
    if (distance > tied) continue
    if (distance >= sure) {
      if (free === 0) continue
      free -= 1
    }
    nearest[chosen++] = row
  }
  return { nearest, tie }
}

/** By a sorted list of the k smallest so far. */
function kthSmallest(values: Float32Array, k: number): number {
  const smallest = new Float32Array(k).fill(Number.POSITIVE_INFINITY)
  let last = Number.POSITIVE_INFINITY
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0
    if (value >= last) continue
    let at = k - 1
    for (; at > 0 && (smallest[at - 1] ?? 0) > value; at--) smallest[at] = smallest[at - 1] ?? 0
    smallest[at] = value
    last = smallest[k - 1] ?? 0
  }
  return last
}
