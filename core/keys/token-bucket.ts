/** How fast a key may ask: `ratePerSecond` requests on average, and `burst` of them at once after a pause. */
export type RateLimit = { ratePerSecond: number; burst: number }

/** What a key has left: `tokens` at the moment `atMs`, of any clock that does not jump. */
export type Bucket = { tokens: number; atMs: number }

/** Sums of many small refills fall a hair short of a whole token. */
const hair = 1e-9

/**
 * Takes one token from a bucket that fills at the limit's rate up to its burst; no bucket yet is a full one.
 * `waitSeconds` is 0 when the token was there, else how long until the next one is; a refused request takes nothing.
 */
export function takeToken(bucket: Bucket | undefined, limit: RateLimit, nowMs: number): { bucket: Bucket; waitSeconds: number } {
  const { ratePerSecond, burst } = limit
  const passedMs = bucket ? Math.max(0, nowMs - bucket.atMs) : 0
  const tokens = Math.min(burst, bucket ? bucket.tokens + (passedMs / 1000) * ratePerSecond : burst)
  if (tokens + hair < 1) return { bucket: { tokens, atMs: nowMs }, waitSeconds: (1 - tokens) / ratePerSecond }
  return { bucket: { tokens: Math.max(0, tokens - 1), atMs: nowMs }, waitSeconds: 0 }
}
