import { describe, expect, test } from 'vitest'
import { type EstimatorKind, estimators } from '#core/estimators/estimators'
import { portfolioOf } from '#core/tune/portfolio'
import { nextTrials } from '#ml/tune/next-trials'
import { searchOf } from './search-of'
import { automl } from './spec'

const parse = (given: object) => automl.params.parse({ target: 'label', ...given })

describe('a portfolio', () => {
  test.each(['classification', 'regression'] as const)('of %s: every family once before any comes again, and no name twice', (task) => {
    const portfolio = portfolioOf(task)
    const names = portfolio.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(portfolio.every(({ estimator }) => estimators[estimator.kind].task === task)).toBe(true)
    // The keys are the kinds.
    const kinds = (Object.keys(estimators) as EstimatorKind[]).filter((kind) => estimators[kind].task === task)
    expect(new Set(portfolio.map(({ estimator }) => estimator.kind))).toEqual(new Set(kinds))
  })
})

test('each candidate is one trial, in the order of the portfolio', () => {
  const { space, settings } = searchOf(parse({ parallel: 64 }))
  const tried = nextTrials(space, settings, []).start.map(({ params }) => params.candidate)
  expect(tried).toEqual(portfolioOf('classification').map(({ name }) => name))
  expect(settings.trials).toBe(tried.length)
})

test('an estimator of the other task is refused before a run', () => {
  const problems = automl.check?.(parse({ estimators: ['linear-regression'] }), {})
  expect(problems).toEqual([{ param: 'estimators', message: expect.stringMatching(/linear-regression\) does not do classification/) }])
})
