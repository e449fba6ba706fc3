import { describe, expect, it } from 'vitest'
import { prepareTraffic, rateWords, shareAtValve } from './prepare-traffic.ts'

describe('prepareTraffic', () => {
  it('draws one ribbon for one version', () => {
    expect(prepareTraffic(null).ribbons).toHaveLength(1)
  })
  it.each([0, 1, 10, 50, 99, 100])('splits the valve at %i %%, and the handle reads it back', (share) => {
    const { valve, ribbons } = prepareTraffic(share)
    expect(shareAtValve(valve.split)).toBe(share)
    expect(ribbons.map((ribbon) => ribbon.colour)).toEqual(['var(--champion)', 'var(--challenger)'])
  })
  it('stays on the valve', () => {
    expect([shareAtValve(-50), shareAtValve(500)]).toEqual([100, 0])
  })
})

it.each([
  [0, '0.0'],
  [0.01, '< 0.1'],
  [41.23, '41.2'],
  [2512.4, '2,512'],
])('says %d as %s', (rate, words) => expect(rateWords(rate)).toBe(words))
