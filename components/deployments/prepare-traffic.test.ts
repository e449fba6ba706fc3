import { describe, expect, it } from 'vitest'
import { firstShown, prepareTraffic, rateWords, shareAtValve } from './prepare-traffic.ts'

describe('prepareTraffic', () => {
  it('draws one ribbon for one version', () => {
    expect(prepareTraffic(null).ribbons).toHaveLength(1)
  })
  it.each([0, 1, 10, 50, 99, 100])('splits the valve at %i %%, and the handle reads it back', (share) => {
    const { valve, ribbons } = prepareTraffic(share)
    expect(shareAtValve(valve.split)).toBe(share)
    expect(ribbons.map((ribbon) => ribbon.colour)).toEqual(['var(--champion)', 'var(--challenger)'])
  })
  it('puts what stands beside the arms under them, the shadow with an edge, what waits without', () => {
    const { boxes, beside, height } = prepareTraffic(10, ['shadow', 'standby'])
    expect(beside.map(({ edge }) => edge === null)).toEqual([false, true])
    const places = [...boxes, ...beside].map(({ y }) => y)
    expect(places).toEqual([6, 112, 218, 324])
    expect(height).toBeGreaterThanOrEqual(324 + 80)
    expect(prepareTraffic(null).height).toBe(prepareTraffic(10).height)
  })
  it('stays on the valve', () => {
    expect([shareAtValve(-50), shareAtValve(500)]).toEqual([100, 0])
  })
})

describe('firstShown', () => {
  const minutes = (count: number, first: number) => Array.from({ length: count }, (_, i) => i >= first)
  it.each([
    ['an hour of answers whole', minutes(60, 0), 0],
    ['a minute before the first answer', minutes(60, 20), 19],
    ['a quarter of an hour at least', minutes(60, 58), 45],
    ['everything when nothing was answered', minutes(60, 60), 0],
    ['everything when there is little', minutes(5, 4), 0],
  ])('shows %s', (_, hasAnswers, first) => expect(firstShown(hasAnswers)).toBe(first))
})

it.each([
  [0, '0.0'],
  [0.01, '< 0.1'],
  [41.23, '41.2'],
  [2512.4, '2,512'],
])('says %d as %s', (rate, words) => expect(rateWords(rate)).toBe(words))
