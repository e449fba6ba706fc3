import { expect, it } from 'vitest'
import { placeOfShare, shareAtPlace, shareTicks } from './share-scale.ts'

it('comes back to every share', () => {
  for (let share = 0; share <= 100; share++) expect(shareAtPlace(placeOfShare(share))).toBe(share)
})
it('rises all the way, and stays on the slider', () => {
  const places = Array.from({ length: 101 }, (_, share) => placeOfShare(share))
  expect(places.every((place, i) => i === 0 || place > (places[i - 1] ?? 0))).toBe(true)
  expect([shareAtPlace(-20), shareAtPlace(140)]).toEqual([0, 100])
})
it('stands on its ticks', () => {
  for (const { share, place } of shareTicks) expect(placeOfShare(share)).toBeCloseTo(place)
})
