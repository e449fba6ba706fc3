import { describe, expect, test } from 'vitest'
import { type DriftInput, judgeDrift } from './drift'
import { randomFrom } from './testing'

const even = { counts: [100, 100, 100, 100, 100, 100, 100, 100, 100, 100], missing: 0 }

function column(name: string, reference: DriftInput['reference'], current: DriftInput['current'], isOrdered = true): DriftInput {
  return { name, isOrdered, reference, current }
}

/** Draws `rows` from ten even bins, or from five uneven categories. */
function draw(random: () => number, rows: number, weights: readonly number[]): number[] {
  const counts = new Array<number>(weights.length).fill(0)
  for (let i = 0; i < rows; i++) {
    let at = random()
    let bin = 0
    while (bin < weights.length - 1 && at >= (weights[bin] ?? 0)) at -= weights[bin++] ?? 0
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return counts
}

const deciles = new Array<number>(10).fill(0.1)
const categories = [0.5, 0.25, 0.15, 0.07, 0.03]

describe('without drift, reference of 2,000 rows', () => {
  const trials = 600

  test.each([
    [50, 'ordered', deciles],
    [200, 'ordered', deciles],
    [50, 'categories', categories],
    [200, 'categories', categories],
  ] as const)('a window of %i rows of %s alarms in about 5 %% of cases', (rows, kind, weights) => {
    const random = randomFrom(rows + weights.length)
    let alarms = 0
    for (let i = 0; i < trials; i++) {
      const reference = { counts: draw(random, 2000, weights), missing: 0 }
      const [verdict] = judgeDrift([column('x', reference, { counts: draw(random, rows, weights), missing: 0 }, kind === 'ordered')])
      if (verdict?.state === 'drifted') alarms += 1
    }
    // 5 % of 600 is 30, standard deviation 5.3
    expect(alarms).toBeGreaterThan(12)
    expect(alarms).toBeLessThan(48)
  })

  test.each([
    ['ordered', deciles],
    ['categories', categories],
  ] as const)('a window of 1,000 rows of %s never alarms: a difference must be large as well', (kind, weights) => {
    const random = randomFrom(9)
    for (let i = 0; i < trials; i++) {
      const reference = { counts: draw(random, 2000, weights), missing: 0 }
      const [verdict] = judgeDrift([column('x', reference, { counts: draw(random, 1000, weights), missing: 0 }, kind === 'ordered')])
      expect(verdict?.state).toBe('stable')
    }
  })

  test('five columns together alarm no more often than one', () => {
    const random = randomFrom(77)
    let alarms = 0
    for (let i = 0; i < trials; i++) {
      const inputs = ['a', 'b', 'c', 'd', 'e'].map((name, i) => {
        const weights = i < 3 ? deciles : categories
        return column(name, { counts: draw(random, 2000, weights), missing: 0 }, { counts: draw(random, 200, weights), missing: 0 }, i < 3)
      })
      if (judgeDrift(inputs).some((verdict) => verdict.state === 'drifted')) alarms += 1
    }
    expect(alarms).toBeLessThan(48)
  })
})

test('a shift of one standard deviation is seen from 50 rows on', () => {
  const shifted = [0, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.13, 0.2, 0.39]
  for (const rows of [50, 200, 1000, 100_000]) {
    const current = { counts: shifted.map((share) => Math.round(share * rows)), missing: 0 }
    const [verdict] = judgeDrift([column('x', even, current)])
    expect(verdict).toMatchObject({ state: 'drifted', test: 'kolmogorov-smirnov' })
    expect(verdict?.level).toBeGreaterThanOrEqual(3)
    expect(verdict?.measure.name).toBe(rows < 1000 ? 'p' : 'population-stability-index')
  }
})

test('a difference that is sure and small is no drift', () => {
  const reference = { counts: [10_000, 10_000], missing: 0 }
  const [verdict] = judgeDrift([column('x', reference, { counts: [10_300, 9_700], missing: 0 }, false)])
  expect(verdict?.adjustedP).toBeLessThan(0.01)
  expect(verdict).toMatchObject({ state: 'stable', measure: { name: 'jensen-shannon', limit: 0.1 } })
})

test('too few rows on either side say how many are needed', () => {
  const few = { counts: [5, 5, 5, 5, 5, 5, 5, 0, 0, 0], missing: 1 }
  expect(judgeDrift([column('x', even, few)])[0]).toMatchObject({ state: 'not-enough-data', needed: 14, level: 0 })
  expect(judgeDrift([column('x', few, even)])[0]).toMatchObject({ state: 'not-enough-data', needed: 14 })
  expect(judgeDrift([column('x', { counts: [], missing: 0 }, { counts: [], missing: 0 })])[0]?.state).toBe('not-enough-data')
})

test('columns without enough data do not count against the others', () => {
  const shifted = { counts: [2, 2, 3, 4, 5, 6, 8, 12, 14, 14], missing: 0 }
  const empty = column('y', even, { counts: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], missing: 0 })
  const alone = judgeDrift([column('x', even, shifted)])
  expect(judgeDrift([column('x', even, shifted), empty, empty])[0]).toEqual(alone[0])
})

describe('a column that is constant in the reference', () => {
  const constant = { counts: [0, 2000, 0], missing: 0 }
  test('is stable while it stays constant', () => {
    expect(judgeDrift([column('x', constant, { counts: [0, 700, 0], missing: 0 })])[0]).toMatchObject({
      state: 'stable',
      test: 'constant',
      measure: { name: 'share-off-constant', value: 0 },
    })
  })
  test.each([
    ['down', { counts: [20, 680, 0], missing: 0 }],
    ['up', { counts: [0, 680, 20], missing: 0 }],
    ['away', { counts: [0, 680, 0], missing: 20 }],
  ])('drifts when rows go %s', (_way, current) => {
    expect(judgeDrift([column('x', constant, current)])[0]).toMatchObject({ state: 'drifted', test: 'constant' })
  })
  test('one odd row among thousands is no drift', () => {
    expect(judgeDrift([column('x', constant, { counts: [0, 1999, 1], missing: 0 })])[0]?.state).toBe('stable')
  })
})

test('a rise of missing values is a drift of an ordered column', () => {
  const current = { counts: even.counts.map((count) => count * 0.2), missing: 40 }
  expect(judgeDrift([column('x', { ...even, missing: 10 }, current)])[0]?.state).toBe('drifted')
})
