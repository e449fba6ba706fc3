/** A seeded xorshift32 generator: uniform in [0, 1), the same numbers everywhere. */
export function seededRandom(seed: number): () => number {
  // a hash of the seed, so that 1 and 2 do not begin alike; the state must not be 0
  let state = Math.imul((seed >>> 0) ^ 0x9e3779b9, 0x85ebca6b) >>> 0 || 1
  return () => {
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 4_294_967_296
  }
}

/** Shuffles in place (Fisher and Yates). */
export function shuffle(values: Int32Array | Uint32Array, random: () => number): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const kept = values[i] ?? 0
    values[i] = values[j] ?? 0
    values[j] = kept
  }
}
