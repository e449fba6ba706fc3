/** How far apart requests come: a mean in which the newest weigh most. */
export type GapMeter = {
  came(at: number): void
  /** Infinity until enough came to say so. */
  gapMs(): number
  /** When the last one came. */
  lastAt(): number
}

/** The newest gap weighs so much. */
const weight = 0.15
/** From so many gaps on they say something. */
const knownAfter = 8

/** Nothing came yet. */
export function openGapMeter(): GapMeter {
  let lastAt = Number.NEGATIVE_INFINITY
  let gaps = 0
  let mean = 0
  return {
    came(at) {
      if (lastAt > Number.NEGATIVE_INFINITY) {
        gaps += 1
        mean += Math.max(weight, 1 / gaps) * (at - lastAt - mean)
      }
      lastAt = at
    },
    gapMs: () => (gaps < knownAfter ? Number.POSITIVE_INFINITY : mean),
    lastAt: () => lastAt,
  }
}
