import { randomFillSync } from 'node:crypto'

const bytesPerId = 12
const pool = Buffer.alloc(bytesPerId * 512)
let at = pool.length

/** A fresh id of 96 random bits, safe in URLs. Random bytes are drawn for many ids at once: the call is the dear part. */
export function newPredictionId(): string {
  if (at === pool.length) {
    randomFillSync(pool)
    at = 0
  }
  const id = `p_${pool.toString('base64url', at, at + bytesPerId)}`
  at += bytesPerId
  return id
}
