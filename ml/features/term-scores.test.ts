import { describe, expect, test } from 'vitest'
import type { SelectionStep } from '#core/ports/plan'
import golden from '../fixtures/golden-features.json'
import type { Answers } from './answers'
import { rowsOf } from './rows-of'
import { selectTerms } from './select-terms'
import { scoreTerms } from './term-scores'

const { counts, real, scored } = golden.scores
const classes: Answers = { y: Int32Array.from(golden.target.labels), classes: ['0', '1', '2'] }
const numbers: Answers = { y: Float64Array.from(golden.target.amounts), classes: null }
const all = Int32Array.from(counts.keys())
const x = rowsOf(counts)

test.each(scored)('$call', ({ method, x: name, values }) => {
  const isNumbers = method === 'f-test of numbers'
  // the fixture's only other name
  const known = (isNumbers ? 'f-test' : method) as SelectionStep['method']
  const scores = scoreTerms(name === 'counts' ? x : rowsOf(real), known, isNumbers ? numbers : classes)
  for (const [term, value] of values.entries()) {
    const gap = Math.abs((scores[term] ?? Number.NaN) - (value ?? 0))
    expect(gap / Math.max(1, value ?? 0), `term ${term}`).toBeLessThan(1e-6)
  }
})

describe('a selection', () => {
  const step: SelectionStep = { kind: 'selection', columns: [], method: 'chi-square', keep: 3, above: 0 }
  const select = (change: Partial<SelectionStep>, answers: Answers = classes, given = x) => [
    ...selectTerms(given, all, { step: { ...step, ...change }, supervision: { answers, seed: 1 } }),
  ]

  test('keeps the best, in the order of the columns', () => {
    const scores = scoreTerms(x, 'chi-square', classes)
    const best = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0)).slice(0, 3)
    expect(select({})).toEqual(best.sort((a, b) => a - b))
  })
  test('leaves out what is constant, of each method', () => {
    for (const method of ['variance', 'chi-square', 'mutual-information', 'f-test'] as const)
      expect(select({ method, keep: 99, above: 1e-9 })).toEqual([0, 1, 2, 3, 4, 5, 6])
  })
  test('of equal scores the first wins, and infinite ones are equal', () => {
    const answers: Answers = { y: Int32Array.from(counts, (_, row) => row % 2), classes: ['a', 'b'] }
    const twins = rowsOf(counts.map((_, row) => [0, row % 2, 1 - (row % 2), row % 2]))
    expect(select({ method: 'f-test', keep: 2 }, answers, twins)).toEqual([1, 2])
  })
  test('columns of codes are read by mutual information only', () => {
    const codes = { ...x, codes: Int32Array.of(0, 0, 0, 0, 0, 0, 0, 0, 4) }
    expect(select({ keep: 1 }, classes, codes)).toContain(8)
    expect(select({ keep: 1, method: 'mutual-information' }, classes, codes)).not.toContain(8)
  })
  test('a rare word with a weight of its own in each row is told from its absence, many values are cut at their deciles', () => {
    const sometimes = rowsOf(counts.map((_, row) => [classes.y[row] === 0 && row % 3 === 0 ? 1 + row / 1000 : 0, 1]))
    const asFlag = rowsOf(counts.map((_, row) => [classes.y[row] === 0 && row % 3 === 0 ? 1 : 0, 1]))
    expect(scoreTerms(sometimes, 'mutual-information', classes)[0]).toBeCloseTo(
      scoreTerms(asFlag, 'mutual-information', classes)[0] ?? 0,
      12,
    )
    const ramp = counts.map((_, row) => row - 60)
    const halves: Answers = { y: Int32Array.from(ramp, (value) => (value > 0 ? 1 : 0)), classes: ['low', 'high'] }
    const said = scoreTerms(rowsOf(ramp.map((value) => [value])), 'mutual-information', halves)[0] ?? 0
    expect(said).toBeGreaterThan(0.6)
    expect(said).toBeLessThanOrEqual(Math.LN2)
  })
  test('missing values do not count, but say something to mutual information', () => {
    const holed = rowsOf(counts.map((_, row) => [classes.y[row] === 0 ? Number.NaN : 1, 2]))
    expect([...scoreTerms(holed, 'f-test', classes)]).toEqual([0, 0])
    expect(scoreTerms(holed, 'mutual-information', classes)[0]).toBeGreaterThan(0.1)
    expect([...scoreTerms(holed, 'variance', null)]).toEqual([0, 0])
  })
  test('says what it cannot read', () => {
    expect(() => select({ above: 1e9 })).toThrow(/leaves nothing: none of 9 features scores above/)
    expect(() => select({}, numbers)).toThrow(/chi-square reads classes, and this model learns numbers/)
    expect(() => select({}, classes, rowsOf(real))).toThrow(/has negative ones/)
    expect(select({ method: 'f-test' }, numbers)).toHaveLength(3)
  })
})
