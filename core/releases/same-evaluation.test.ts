import { expect, it } from 'vitest'
import { sameEvaluation } from './same-evaluation'

const live = { number: 1, report: 'a', rows: 'r' }

it.each([
  ['the same rows', { number: 2, report: 'b', rows: 'r' }, true, /same rows/],
  ['the same report', { number: 2, report: 'a', rows: null }, true, /same rows/],
  ['other rows', { number: 2, report: 'b', rows: 's' }, false, /different rows/],
  ['a report that does not say', { number: 2, report: 'b', rows: null }, false, /report of v2 does not say/],
])('%s', (_, candidate, same, words) => {
  const compared = sameEvaluation(live, candidate)
  expect(compared?.same).toBe(same)
  expect(compared?.sentence).toMatch(words)
})

it('has nothing to say of what was never evaluated', () => {
  expect(sameEvaluation(live, { number: 2, report: null, rows: null })).toBeNull()
})
