import { describe, expect, it } from 'vitest'
import { checkRoutes, chooseRoute, isSameRouting, stableHash } from './route'

describe('checkRoutes', () => {
  it.each([
    ['none', [], /at least one/],
    ['three', [34, 33, 33], /at most two/],
    ['sum 99', [50, 49], /sum to 99/],
    ['zero', [100, 0], /from 1 to 100, not 0/],
    ['fraction', [99.5, 0.5], /whole percent/],
  ])('refuses %s', (_name, weights, words) => {
    expect(() => checkRoutes(weights.map((weight, i) => ({ versionId: `v${i}`, weight })))).toThrow(words)
  })

  it('refuses one version twice, and takes a proper split', () => {
    expect(() =>
      checkRoutes([
        { versionId: 'a', weight: 50 },
        { versionId: 'a', weight: 50 },
      ]),
    ).toThrow(/once/)
    expect(() =>
      checkRoutes([
        { versionId: 'a', weight: 80 },
        { versionId: 'b', weight: 20 },
      ]),
    ).not.toThrow()
  })

  it('compares in order', () => {
    const [a, b] = [
      { versionId: 'a', weight: 50 },
      { versionId: 'b', weight: 50 },
    ]
    expect(isSameRouting([a, b], [a, b])).toBe(true)
    expect(isSameRouting([a, b], [b, a])).toBe(false)
    expect(isSameRouting([a], [a, b])).toBe(false)
  })
})

describe('chooseRoute', () => {
  const keys = Array.from({ length: 20_000 }, (_, i) => `caller-${i}`)
  const shareOf = (weight: number, deployment = 'd1') =>
    new Set(keys.filter((key) => chooseRoute([100 - weight, weight], deployment, key) === 1))

  it.each([1, 5, 20, 50, 99])('gives the challenger about %i %%', (weight) => {
    // Four standard deviations of a binomial with n = 20,000.
    const tolerance = 4 * Math.sqrt((weight / 100) * (1 - weight / 100) * keys.length)
    expect(Math.abs(shareOf(weight).size - (weight / 100) * keys.length)).toBeLessThan(tolerance)
  })

  it('is sticky, and a growing share keeps who it has', () => {
    const [at10, at25] = [shareOf(10), shareOf(25)]
    expect([...shareOf(10)]).toEqual([...at10])
    expect([...at10].every((key) => at25.has(key))).toBe(true)
  })

  it('draws anew for another deployment', () => {
    const other = shareOf(50, 'd2')
    const both = [...shareOf(50)].filter((key) => other.has(key)).length
    expect(both / keys.length).toBeCloseTo(0.25, 1)
  })

  it('needs no key for a single route', () => {
    expect(chooseRoute([100], 'd1', '')).toBe(0)
  })

  it('keeps its hash for ever: a changed hash would move every sticky caller', () => {
    expect([stableHash(''), stableHash('a'), stableHash('caller-1'), stableHash('größe')]).toMatchInlineSnapshot(`
      [
        2872998923,
        444641715,
        1307360033,
        2538389087,
      ]
    `)
  })
})
