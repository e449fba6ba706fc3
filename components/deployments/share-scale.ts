/** The slider gives small shares more room: a canary is decided between 1 and 25 percent. Places are percents of its length. */
const stops = [
  { share: 0, place: 0 },
  { share: 1, place: 6 },
  { share: 5, place: 18 },
  { share: 10, place: 33 },
  { share: 25, place: 56 },
  { share: 50, place: 78 },
  { share: 100, place: 100 },
] as const

/** Where ticks stand, and what they say. */
export const shareTicks: readonly { share: number; place: number }[] = stops.filter(({ share }) => share !== 1)

/** Place on the slider of a share; both from 0 to 100. */
export function placeOfShare(share: number): number {
  return between(share, 'share', 'place')
}

/** The whole percent at a place of the slider. */
export function shareAtPlace(place: number): number {
  return Math.round(between(place, 'place', 'share'))
}

function between(value: number, from: 'share' | 'place', to: 'share' | 'place'): number {
  const clamped = Math.min(100, Math.max(0, value))
  for (const [i, high] of stops.entries()) {
    const low = stops[i - 1]
    if (!low || clamped > high[from]) continue
    return low[to] + ((clamped - low[from]) / (high[from] - low[from])) * (high[to] - low[to])
  }
  return clamped
}
