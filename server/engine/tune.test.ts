import { afterAll, beforeAll, expect, test } from 'vitest'
import { bestTrial } from '#core/tune/trial'
import { systemActor } from '#db/queries/audit'
import type { House } from '#server/house'
import { testHouse } from '#server/testing/test-house'
import { findSpec } from '#stages/specs'
import { readSearch } from './read-search'
import { readRun } from './run-views'
import { type RunningEngine, startEngine } from './start-engine'
import { startRun } from './start-run'
import { finished, graphOf, saveGraph, stageOf, statusesOf, until } from './testing/engine-fixture'

/** The stages that search, on a real worker with real estimators. */

let house: House
let engine: RunningEngine
beforeAll(async () => {
  house = await testHouse()
  engine = await startEngine(house, {
    findSpec,
    stageEntry: new URL('./stage-process/main.ts', import.meta.url),
    onLost: () => {
      throw new Error('lost the lease')
    },
  })
})
afterAll(async () => {
  await engine?.stop()
  await house?.close()
})

const stages: Parameters<typeof graphOf>[0] = [
  ['mail', 'sample-data'],
  ['few', 'sample', { rows: 300 }],
  ['tune', 'tune', { target: 'label', estimator: 'linear-svm', trials: 4, folds: 2, stopBadTrials: false }],
  ['auto', 'automl', { target: 'label', estimators: ['linear-svm'], folds: 2, parallel: 2 }],
]
const edges = ['mail.table -> few.table', 'few.table -> tune.train', 'few.table -> auto.train']

test('a search is watched while it runs, and ends in the model of its best trial', async () => {
  const workflowId = await saveGraph(house, graphOf(stages, edges))
  const input = { workflowId, scope: { kind: 'all' as const }, overrides: {}, actor: systemActor, startedBy: null, trigger: 'api' as const }
  const { id } = await startRun(house, findSpec, input)
  const first = await readRun(house.db, id)
  const live = () => readSearch(house.db, findSpec, stageOf(first, 'tune').id)
  const seen = await until(live, (search) => search?.trials.some(({ scores }) => scores.length > 0) ?? false)
  expect(seen).toMatchObject({ estimator: 'linear-svm', metric: 'macro F1', asked: 4 })

  const run = await finished(house, id)
  expect(statusesOf(run)).toEqual({ mail: 'done', few: 'done', tune: 'done', auto: 'done' })
  const found = await live()
  const best = bestTrial(found?.trials ?? [], 'maximise')
  const { model, report } = stageOf(run, 'tune').outputs ?? {}
  if (model?.kind !== 'model' || report?.kind !== 'report') throw new Error('no model')
  expect(found?.trials.map(({ status, scores }) => [status, scores.length])).toEqual(Array.from({ length: 4 }, () => ['finished', 2]))
  expect(model.recipe?.estimator).toMatchObject({ kind: 'linear-svm', c: best?.params['estimator.c'] })
  expect(report.figures[0]?.name).toBe('macro F1')
  expect(report.figures[0]?.value).toBeGreaterThan(0.8)

  const auto = stageOf(run, 'auto').outputs?.model
  if (auto?.kind !== 'model') throw new Error('no model')
  expect(auto.recipe?.estimator.kind).toBe('linear-svm')
})
