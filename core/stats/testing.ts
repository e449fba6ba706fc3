/** Uniform numbers in [0, 1) from Numerical Recipes' linear congruential generator: three lines in any language, so golden numbers can be made elsewhere. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** The first `count` numbers of `randomFrom(seed)`. */
export function uniforms(seed: number, count: number): number[] {
  const random = randomFrom(seed)
  return Array.from({ length: count }, random)
}
