import { expect, test } from 'vitest'
import { type OutcomeSums, summariseOutcomes } from './outcomes'

const sums = (change: Partial<OutcomeSums>): OutcomeSums => ({
  name: 'truth',
  n: 0,
  correct: 0,
  sum: 0,
  squares: 0,
  measured: 0,
  absoluteError: 0,
  ...change,
})

test('without outcomes nothing is known', () => {
  expect(summariseOutcomes([])).toEqual({ truths: 0, right: null, meanError: null, figures: [] })
})

test('right answers are weighed by how many there are, not by version', () => {
  expect(summariseOutcomes([sums({ n: 90, correct: 90 }), sums({ n: 10, correct: 0 })])).toMatchObject({
    truths: 100,
    right: 0.9,
    meanError: null,
  })
})

test('numbers have a mean error and no share of right ones', () => {
  expect(summariseOutcomes([sums({ n: 4, measured: 4, absoluteError: 6 })])).toMatchObject({ truths: 4, right: null, meanError: 1.5 })
})

test('business figures come with how many there are, the most reported first', () => {
  const { figures } = summariseOutcomes([
    sums({ name: 'minutes', n: 2, sum: 5 }),
    sums({ name: 'revenue', n: 2, sum: 10 }),
    sums({ name: 'revenue', n: 2, sum: 2 }),
  ])
  expect(figures).toEqual([
    { name: 'revenue', n: 4, mean: 3 },
    { name: 'minutes', n: 2, mean: 2.5 },
  ])
})
