import { expect, test } from 'vitest'
import type { Estimator } from '#core/estimators/estimators'
import { searchSettingsSchema } from '#core/tune/settings'
import { seededRandom } from '#ml/estimators/random'
import type { TrainColumns } from '#ml/pipeline/data'
import { crossValidate } from '#ml/validate/cross-validate'
import { type ScoreFoldsArgs, scoreFolds } from './score-folds'

const random = seededRandom(5)
const rows = Array.from({ length: 90 }, () => ({ x: random(), z: random() }))
const columns: TrainColumns = {
  x: { type: 'number', values: Float64Array.from(rows, ({ x }) => x) },
  z: { type: 'number', values: Float64Array.from(rows, ({ z }) => z) },
}
const plan = { prepare: [], features: [] }
const classes = rows.map(({ x, z }) => (x + z / 2 > 0.8 ? 'high' : 'low'))
const numbers = Float64Array.from(rows, ({ x, z }) => 3 * x - z)
const classifier: Estimator = { kind: 'gaussian-naive-bayes', varSmoothing: 1e-9 }
const regressor: Estimator = { kind: 'linear-regression', penalty: 'ridge', alpha: 1, l1Share: 0.5, maxEpochs: 1000 }
const settings = (rest: object) => searchSettingsSchema.parse({ folds: 4, seed: 9, ...rest })

/** The scores that a trial tells; stops after `most`. */
async function scoresOf(args: Partial<ScoreFoldsArgs> & Pick<ScoreFoldsArgs, 'settings'>, most = 99): Promise<number[]> {
  const told: number[] = []
  await scoreFolds({
    columns,
    target: classes,
    plan,
    estimator: classifier,
    seed: 1,
    share: 1,
    async tell(fold, folds, score) {
      expect(fold).toBe(told.length)
      told.push(score)
      return { stop: told.length >= most && folds > most }
    },
    ...args,
  })
  return told
}

test('a trial scores its folds as cross-validation does', async () => {
  const common = { columns, plan, seed: 1, folds: 4, strategy: { kind: 'stratified', seed: 9 }, calibration: 'none' } as const
  const ofClasses = await crossValidate({ ...common, target: classes, estimator: classifier })
  if (ofClasses.report !== 'cross-validation') throw new Error('not of classes')
  expect(await scoresOf({ settings: settings({ metric: 'macro F1' }) })).toEqual(ofClasses.macroF1.folds)
  expect(await scoresOf({ settings: settings({ metric: 'log-loss' }) })).toEqual(ofClasses.logLoss.folds)
  const ofNumbers = await crossValidate({ ...common, target: numbers, estimator: regressor })
  if (ofNumbers.report !== 'regression-cross-validation') throw new Error('not of numbers')
  const found = await scoresOf({ settings: settings({ metric: 'RMSE' }), target: numbers, estimator: regressor })
  expect(found).toEqual(ofNumbers.rmse.folds)
})

test('folds that are known are told again, not worked on again', async () => {
  const whole = await scoresOf({ settings: settings({}) })
  expect(await scoresOf({ settings: settings({}), known: [-1, -2] })).toEqual([-1, -2, ...whole.slice(2)])
  // With all of them known not even the columns are read.
  expect(await scoresOf({ settings: settings({}), known: whole })).toEqual(whole)
})

test('a trial that is told to stop leaves out the other folds', async () => {
  expect(await scoresOf({ settings: settings({}) }, 2)).toHaveLength(2)
})

test('a smaller share has other scores on the same test rows, or fewer folds', async () => {
  const whole = await scoresOf({ settings: settings({ metric: 'log-loss' }) })
  const fewRows = await scoresOf({ settings: settings({ metric: 'log-loss' }), share: 0.3 })
  expect(fewRows).toHaveLength(4)
  expect(fewRows).not.toEqual(whole)
  expect(await scoresOf({ settings: settings({ metric: 'log-loss', resource: 'folds' }), share: 0.5 })).toEqual(whole.slice(0, 2))
})

test('folds by group and by time need their column', async () => {
  const groups = rows.map((_, i) => `${i % 9}`)
  expect(await scoresOf({ settings: settings({ strategy: 'grouped' }), rows: { groups } })).toHaveLength(4)
  await expect(scoresOf({ settings: settings({ strategy: 'time' }) })).rejects.toThrow('need a time column')
})

test('a metric that is not there is named beside those that are', async () => {
  const asked = scoresOf({ settings: settings({ metric: 'recall[medium]' }) })
  await expect(asked).rejects.toThrow(/Fold 1 has no "recall\[medium\]"; it has accuracy, macro F1/)
})
