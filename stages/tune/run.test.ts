import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '#core/errors/app-error'
import { labelledKinds, taskOf } from '#core/estimators/estimators'
import type { TableValue } from '#core/ports/kinds'
import { bestTrial, type SearchTrial } from '#core/tune/trial'
import { shouldStop } from '#ml/tune/median-rule'
import { nextTrials } from '#ml/tune/next-trials'
import { smallHomes } from '../fixtures/small-homes'
import { smallMail } from '../fixtures/small-mail'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { searchOf } from './search-of'
import { tune } from './spec'
import { trial } from './trial'

let ctx: TestStageContext
beforeAll(async () => {
  ctx = await testStageContext()
})
afterAll(() => ctx.dispose())

/** A whole search without an engine, one trial after the other, and the stage at its end. */
async function search(given: Parameters<typeof tune.params.parse>[0], train: TableValue) {
  const params = tune.params.parse(given)
  const { space, settings } = searchOf(params)
  const trials: SearchTrial[] = []
  for (;;) {
    const { start, isDone } = nextTrials(space, settings, trials)
    if (isDone) break
    for (const proposal of start) {
      const one: SearchTrial = { ...proposal, status: 'running', scores: [], seconds: 1, error: null }
      trials.push(one)
      let wasStopped = false
      const call = {
        ...ctx.call,
        trialScore: async ({ fold, folds, score }: { fold: number; folds: number; score: number }) => {
          one.scores = [...one.scores, score]
          wasStopped = fold + 1 < folds && shouldStop(one, trials, settings)
          return { stop: wasStopped }
        },
      }
      const failed = await trial({ params, inputs: { train }, ctx: { ...ctx, call }, trial: { ...one, scores: [] } }).then(
        () => null,
        (error: unknown) => error,
      )
      if (failed !== null && !(failed instanceof AppError)) throw failed
      one.status = failed ? 'failed' : wasStopped ? 'stopped' : 'finished'
      one.error = failed?.message ?? null
    }
  }
  const outputs = await run({ params, inputs: { train }, ctx: { ...ctx, call: { ...ctx.call, searchTrials: async () => trials } } })
  return { trials, settings, ...outputs, found: await ctx.readReport(outputs.report.artifact, 'search') }
}

test('a search trains its best setting on all rows and tells of every trial', async () => {
  const train = await smallMail(ctx, 90)
  const { trials, settings, model, report, found } = await search(
    { target: 'label', estimator: 'naive-bayes', trials: 12, folds: 3, metric: 'log-loss', stopBadTrials: false },
    train,
  )
  const best = bestTrial(trials, 'minimise')
  expect(settings.direction).toBe('minimise')
  expect(model.recipe?.estimator).toMatchObject({ kind: 'naive-bayes', alpha: best?.params['estimator.alpha'] })
  expect(found.best).toBe(best?.number)
  expect(found.trials).toEqual(trials)
  expect(found.importance?.params[0]?.path).toBe('estimator.alpha')
  expect(report.figures[0]).toMatchObject({ name: 'log-loss', better: 'lower' })
})

test('halving over a step of the plan: the best one has all rows, and the model its features', async () => {
  const space = [{ kind: 'int', path: 'features.0.maxTerms', low: 2, high: 200, log: true }] as const
  const { trials, model } = await search(
    {
      target: 'label',
      estimator: 'naive-bayes',
      space: [...space],
      method: 'halving',
      trials: 9,
      smallestShare: 0.3,
      folds: 2,
      metric: 'log-loss',
    },
    await smallMail(ctx, 120),
  )
  const best = bestTrial(trials, 'minimise')
  expect(new Set(trials.map(({ share }) => Number(share.toFixed(2))))).toEqual(new Set([0.33, 1]))
  expect(best?.share).toBe(1)
  expect(model.recipe?.plan.features[0]).toMatchObject({ maxTerms: best?.params['features.0.maxTerms'] })
})

test('numbers are searched for the smallest error', async () => {
  const { found, model } = await search({ target: 'price', estimator: 'linear-regression', trials: 3, folds: 3 }, await smallHomes(ctx))
  expect([found.metric, found.direction]).toEqual(['RMSE', 'minimise'])
  expect(model.recipe && taskOf(model.recipe.estimator)).toBe('regression')
})

describe('what is wrong is said before a run', () => {
  const check = (given: object) => tune.check?.(tune.params.parse({ target: 'label', ...given }), {}) ?? []
  const c = { kind: 'real', path: 'estimator.c', low: 0.1, high: 10, log: true }
  test.each<[string, object, string, RegExp]>([
    ['a param that is not there', { space: [{ ...c, path: 'estimator.C' }] }, 'space', /no param "C"; it has c, penalty/],
    ['a range beyond the param', { space: [{ ...c, low: -1, log: false }] }, 'space', /"c" cannot be -1/],
    ['a path of nothing', { space: [{ ...c, path: 'c' }] }, 'space', /must begin with "estimator."/],
    [
      'a value that does not fit',
      { space: [{ kind: 'choice', path: 'estimator.penalty', values: ['l3'] }] },
      'space',
      /"penalty" cannot be l3/,
    ],
    ['a metric of the other task', { metric: 'RMSE' }, 'metric', /does not measure logistic regression/],
    ['groups without a column', { strategy: 'grouped' }, 'foldColumn', /Choose the column/],
  ])('%s', (_what, given, param, sentence) => {
    expect(check(given)).toEqual([{ param, message: expect.stringMatching(sentence) }])
  })
  // Object.keys gives the kinds, as strings.
  test.each(labelledKinds)('the usual ranges of %s fit it', (estimator) => {
    const { space } = searchOf(tune.params.parse({ estimator }))
    expect(check({ estimator, space })).toEqual([])
    expect(space.length).toBeGreaterThan(0)
  })
})
