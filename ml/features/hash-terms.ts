import type { CountedRows } from './term-counter'
import type { TermTable } from './term-table'

const encoder = new TextEncoder()

/**
 * The same counts by the bucket of each term, so that a model needs no vocabulary: of 2^`bits` buckets, the one that the low
 * bits of the term's MurmurHash3 name. Terms of one bucket are counted together.
 */
export function hashTerms({ ptr, ids, counts }: CountedRows, table: TermTable, bits: number): CountedRows {
  const buckets = 2 ** bits
  const bucketOf = Int32Array.from({ length: table.size }, (_, id) => murmurHash3(encoder.encode(table.text(id, ' '))) % buckets)
  const hashed: CountedRows = { ptr: new Int32Array(ptr.length), ids: new Int32Array(ids.length), counts: new Int32Array(ids.length) }
  const seenAt = new Map<number, number>()
  let used = 0
  for (let row = 0; row + 1 < ptr.length; row++) {
    seenAt.clear()
    for (let j = ptr[row] ?? 0, end = ptr[row + 1] ?? 0; j < end; j++) {
      const bucket = bucketOf[ids[j] ?? 0] ?? 0
      const at = seenAt.get(bucket) ?? used
      if (at === used) {
        seenAt.set(bucket, used++)
        hashed.ids[at] = bucket
      }
      hashed.counts[at] = (hashed.counts[at] ?? 0) + (counts[j] ?? 0)
    }
    hashed.ptr[row + 1] = used
  }
  return { ptr: hashed.ptr, ids: hashed.ids.slice(0, used), counts: hashed.counts.slice(0, used) }
}

/** MurmurHash3_x86_32 with seed 0, as the operator of ONNX Runtime and scikit-learn's HashingVectorizer compute it; from 0 to 2^32 - 1. */
export function murmurHash3(bytes: Uint8Array): number {
  let hash = 0
  const whole = bytes.length & ~3
  for (let i = 0; i < whole; i += 4) {
    const word = (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24)
    hash = Math.imul(turn(hash ^ mix(word), 13), 5) + 0xe6546b64
  }
  let rest = 0
  for (let i = bytes.length - 1; i >= whole; i--) rest = (rest << 8) | (bytes[i] ?? 0)
  if (whole < bytes.length) hash ^= mix(rest)
  hash ^= bytes.length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

const mix = (word: number) => Math.imul(turn(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593)

const turn = (word: number, by: number) => (word << by) | (word >>> (32 - by))
