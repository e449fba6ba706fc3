import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RegressionReport } from '#core/reports/regression'
import type { House } from '#server/house'
import { finishedTraining } from '#server/testing/finished-training'
import { testHouse } from '#server/testing/test-house'
import { registerTiny, type TinyVersion } from '#server/testing/tiny-registry'
import { deployVersion } from './change-release'
import { describeDifference } from './describe-difference'
import { quickCanary } from './testing'

const actor = { id: 'system', name: 'Stageline', email: '', role: 'admin' as const }
let house: House
let versions: TinyVersion[]

beforeAll(async () => {
  house = await testHouse()
  versions = await registerTiny(house, { name: 'tiny', count: 3 })
  await deployVersion(house.db, { actor, deployment: 'triage', versionId: v(1), settings: { timeoutMs: 333 } })
})
afterAll(() => house?.close())

const v = (number: number) => versions[number - 1]?.id ?? ''
const diff = (number: number) => describeDifference(house, { deployment: 'triage', versionId: v(number), actor })

/** Evaluated on these rows, as an Evaluate stage leaves it. */
async function evaluate(number: number, table: string): Promise<void> {
  const report: RegressionReport = {
    report: 'regression',
    rows: 10,
    target: 'price',
    r2: 0.9,
    mae: number,
    rmse: 1,
    medianAbsoluteError: 1,
    mape: null,
    meanResidual: 0,
    residuals: { edges: [0, 1], counts: [10] },
    points: [],
    interval: null,
    table,
    worst: [],
  }
  const artifact = await house.artifacts.write(JSON.stringify(report))
  await house.pool.query('update model_versions set report = $1 where id = $2', [artifact, v(number)])
}

it('says whether the metrics were measured on the same rows', async () => {
  expect((await diff(2)).sameEvaluation).toBeNull()
  await evaluate(1, 'a'.repeat(64))
  await evaluate(2, 'a'.repeat(64))
  await evaluate(3, 'b'.repeat(64))
  expect([(await diff(2)).sameEvaluation?.sentence, (await diff(3)).sameEvaluation?.sentence]).toEqual([
    'v2 and v1 were measured on the same rows.',
    'v3 and v1 were measured on different rows, so a difference may lie in the rows.',
  ])
})

it('shows the gates of the run that registered the candidate, failed ones as failed checks', async () => {
  const { runId } = await finishedTraining(house)
  await house.pool.query(
    `update workflow_versions set graph = jsonb_set(jsonb_set(graph, '{stages,2,type}', '"gate"'), '{stages,3,type}', '"gate"')
     where id = (select version_id from runs where id = $1)`,
    [runId],
  )
  await house.pool.query(
    `update stage_runs set status = 'failed', error = '{"code":"gate_failed","message":"accuracy is 0.71; it must be >= 0.9","hint":{}}' where run_id = $1 and stage_id = 'judge'`,
    [runId],
  )
  await house.pool.query(`update stage_runs set status = 'done' where run_id = $1 and stage_id = 'folds'`, [runId])
  await house.pool.query(`update model_versions set lineage = lineage || $1::jsonb where id = $2`, [JSON.stringify({ runId }), v(2)])
  const { checks } = await diff(2)
  expect(checks.filter(({ sentence }) => sentence.includes('gate'))).toEqual([
    { passes: false, sentence: 'v2 failed the gate "Gate" of its run: accuracy is 0.71; it must be >= 0.9' },
    { passes: true, sentence: 'v2 passed the gate "Gate" of its run.' },
  ])
  await house.pool.query('delete from runs where id = $1', [runId])
  expect((await diff(2)).checks.some(({ sentence }) => sentence.includes('gate'))).toBe(false)
})

it('says how it is served now, and what a deploy would end', async () => {
  expect(await diff(2)).toMatchObject({
    settings: { timeoutMs: 333 },
    lowConfidence: 0.6,
    underWay: null,
    lastGood: { id: v(1), number: 1 },
  })
  await deployVersion(house.db, { actor, deployment: 'triage', versionId: v(2), strategy: quickCanary })
  expect((await diff(3)).underWay).toBe('v2 is under way as a canary (10, 50 %, then all); deploying ends that.')
})
