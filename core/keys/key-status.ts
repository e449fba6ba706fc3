/** What matters for whether a key works. */
export type KeyLife = { expiresAt: Date | null; replacedBy: string | null; revokedAt: Date | null }

/** How a key stands: `replaced` keys work on until they expire. */
export type KeyStatus = 'in force' | 'expires soon' | 'replaced' | 'expired' | 'revoked'

/** From so long before its end a key is said to expire soon. */
export const soonMs = 14 * 86_400_000

/** How a key stands at a moment. */
export function keyStatus({ expiresAt, replacedBy, revokedAt }: KeyLife, now: Date): KeyStatus {
  if (revokedAt) return 'revoked'
  if (replacedBy !== null) return 'replaced'
  if (!expiresAt) return 'in force'
  const leftMs = expiresAt.getTime() - now.getTime()
  if (leftMs <= 0) return 'expired'
  return leftMs <= soonMs ? 'expires soon' : 'in force'
}

/** Whether a gateway lets the key in at a moment. */
export function isKeyInForce({ expiresAt, revokedAt }: KeyLife, now: Date): boolean {
  return !revokedAt && (!expiresAt || expiresAt > now)
}

/** For how long the old key works on after a rotation. */
export const overlaps = [
  { id: 'none', ms: 0, words: 'ends at once' },
  { id: '1h', ms: 3_600_000, words: 'works for 1 h' },
  { id: '24h', ms: 86_400_000, words: 'works for 24 h' },
  { id: '7d', ms: 7 * 86_400_000, words: 'works for 7 d' },
] as const

export const overlapIds = ['none', '1h', '24h', '7d'] as const
export type OverlapId = (typeof overlapIds)[number]

/** The overlap of a name, in ms. */
export function overlapMs(id: OverlapId): number {
  return overlaps.find((each) => each.id === id)?.ms ?? 0
}

/** When the old key ends after a rotation: never later than it would have anyway. */
export function oldKeyEndsAt(expiresAt: Date | null, now: Date, ms: number): Date {
  const end = new Date(now.getTime() + ms)
  return expiresAt && expiresAt < end ? expiresAt : end
}

/** When the new key ends after a rotation: it lives as long as the old one was meant to, from now on. */
export function newKeyEndsAt({ createdAt, expiresAt }: { createdAt: Date; expiresAt: Date | null }, now: Date): Date | null {
  return expiresAt ? new Date(now.getTime() + Math.max(0, expiresAt.getTime() - createdAt.getTime())) : null
}
