import { createHash } from 'node:crypto'

/**
 * mulberry32, uniform in [0, 1). It depends on the workflow's seed and the stage type, which are both part of the stage's
 * key, and on nothing else: two stage runs with the same key draw the same numbers.
 */
export function stageRandom(seed: number, type: string): () => number {
  let state = createHash('sha256').update(`${seed}/${type}`).digest().readUInt32LE(0)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
