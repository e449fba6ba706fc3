/** A version that is in memory. */
export type Occupant = {
  versionId: string
  bytes: number
  /** Whether a release sends it requests; standbys, shadows and fallbacks have none. */
  hasWeight: boolean
  /** Requests inside. */
  inside: number
  /** Ms since its last request. */
  idleMs: number
}

/** A version that releases send requests to is put to sleep only when none came for so long. */
const idleAfterMs = 60_000

/**
 * Which versions go to sleep so that `neededBytes` more fit: those without weight first, then those of idle deployments,
 * the one not used for longest first in both. Null when that is not enough: what answers right now is never ended.
 */
export function chooseEvictions(
  occupants: readonly Occupant[],
  { neededBytes, limitBytes }: { neededBytes: number; limitBytes: number },
): string[] | null {
  let excess = occupants.reduce((sum, { bytes }) => sum + bytes, neededBytes) - limitBytes
  const evicted: string[] = []
  const evictable = occupants
    .filter(({ hasWeight, inside, idleMs }) => inside === 0 && (!hasWeight || idleMs >= idleAfterMs))
    .sort((a, b) => Number(a.hasWeight) - Number(b.hasWeight) || b.idleMs - a.idleMs)
  for (const { versionId, bytes } of evictable) {
    if (excess <= 0) break
    evicted.push(versionId)
    excess -= bytes
  }
  return excess > 0 ? null : evicted
}
