import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PairVerdict } from '#core/experiments/views'
import type { TableValue } from '#core/ports/kinds'
import type { House } from '#server/house'
import { openTables, type Tables } from '#server/tables/open-tables'
import { finishedTraining, report, tableValue } from '#server/testing/finished-training'
import { testHouse } from '#server/testing/test-house'
import { comparePair } from './compare-pair'
import { readPairedAnswers } from './read-answers'

let house: House
let tables: Tables
beforeAll(async () => {
  house = await testHouse()
  tables = openTables({ artifacts: house.artifacts, scratch: path.join(house.env.home, 'scratch'), signal: new AbortController().signal })
})
afterAll(async () => {
  tables.close()
  await house.close()
})

const table = async (sql: string): Promise<TableValue> => {
  const { artifact, rows } = await tables.query(sql, {})
  return { ...tableValue(artifact), rows }
}
/** 1,000 rows, every third is spam; `wrong` says which rows are answered wrong. */
const answers = (wrong: string) =>
  table(`select case when i % 3 = 0 then 'spam' else 'ham' end as label,
    case when (i % 3 = 0) <> (${wrong}) then 'spam' else 'ham' end as predicted from range(1000) r(i)`)
const pair = (first: { id: string }, second: { id: string }): Promise<PairVerdict> => comparePair(house, [first.id, second.id])

describe('two that were evaluated on the same rows', () => {
  test('are compared row by row', async () => {
    const rows = await table('select i from range(1000) r(i)')
    const first = await finishedTraining(house, { rows, evaluated: { predictions: await answers('i % 10 = 0') } })
    const second = await finishedTraining(house, {
      workflowId: first.workflowId,
      rows,
      evaluated: { predictions: await answers('i % 20 = 0') },
    })
    const verdict = await pair(first, second)
    if (verdict.by !== 'rows') throw new Error(`compared by ${verdict.by}`)
    // b = 0, c = 50: statsmodels' mcnemar([[900, 0], [50, 50]], exact=False) gives p = 4.2e-12
    expect(verdict.report.pairs[0]).toMatchObject({
      first: 'Run 1',
      second: 'Run 2',
      rows: { both: 900, onlyFirst: 0, onlySecond: 50, neither: 50 },
      winner: 'Run 2',
    })
    expect(verdict.report.pairs[0]?.p).toBeCloseTo(4.2e-12, 13)
    expect(verdict.report.pairs[0]?.sentence).toMatch(
      /^Run 2 is better than Run 1 by 5\.0 points of accuracy \(95 % 3\.\d to 6\.\d\), p < 0\.001\.$/,
    )
    expect(await pair(first, second)).toEqual(verdict)
  })

  test('of many rows evenly spaced ones are read, and rows without an answer are left out', async () => {
    const [first, second] = await Promise.all([answers('i % 10 = 0'), answers('i % 20 = 0')])
    const of = { first: first.artifact, second: second.artifact, target: 'label', task: 'classification' as const }
    const read = await readPairedAnswers(house.artifacts, { ...of, mostRows: 300 })
    expect([read.truth.length, read.rowsThere]).toEqual([250, 1000])
    expect(read.truth.slice(0, 4)).toEqual(['spam', 'ham', 'ham', 'spam'])
    const gaps = await table('select case when i < 10 then null else 1.5 end as label, 2.5 as predicted from range(30) r(i)')
    const numbers = { first: gaps.artifact, second: gaps.artifact, target: 'label', task: 'regression' as const }
    expect((await readPairedAnswers(house.artifacts, numbers)).truth).toEqual(new Float64Array(20).fill(1.5))
    await expect(readPairedAnswers(house.artifacts, { ...of, second: gaps.artifact })).rejects.toThrow(
      'not the same rows in the same order',
    )
  })
})

const spread = (folds: number[]) => ({ mean: 0, std: 0, folds })
const folds = async (accuracy: number[]) => {
  const empty = { rows: 100, classes: ['a'], accuracy: 1, macroPrecision: 1, macroRecall: 1, macroF1: 1, logLoss: 0, rocAuc: null }
  const lists = { averagePrecision: null, ece: 0, meanConfidence: 1, perClass: [], confusion: null, confusions: [], curves: [] }
  const pooled = { report: 'classification', ...empty, ...lists, calibration: [], mistakes: [] }
  const whole = { accuracy: spread(accuracy), macroF1: spread(accuracy), logLoss: spread(accuracy), rocAuc: null, pooled }
  const text = JSON.stringify({ report: 'cross-validation', rows: 100, folds: accuracy.length, ...whole })
  return { report: report('cross-validation', [], await house.artifacts.write(text)) }
}
const low = [0.8, 0.82, 0.78, 0.81, 0.79]
const high = [0.9, 0.93, 0.87, 0.91, 0.88]

test('two that were cross-validated on the same folds are compared fold by fold', async () => {
  const rows = tableValue()
  const first = await finishedTraining(house, { rows, validated: await folds(high) })
  const second = await finishedTraining(house, { workflowId: first.workflowId, rows, validated: await folds(low) })
  const verdict = await pair(first, second)
  if (verdict.by !== 'folds') throw new Error(`compared by ${verdict.by}`)
  // d = [-.10, -.11, -.09, -.10, -.09]: mean -.098, s = .0083666, t = mean / (s * sqrt(1/5 + 20/80)) = -17.461,
  // p = 2 * scipy.stats.t.sf(17.461, 4) = 6.32e-05
  expect(verdict.difference).toBeCloseTo(-0.098, 12)
  expect(verdict.p).toBeCloseTo(6.32e-5, 6)
  expect(verdict.sentence).toBe('Run 1 is better than Run 2 by 9.8 points of accuracy (95 % 8.2 to 11.4), p < 0.001.')
})

describe('why nothing can be said', () => {
  test.each<[string, () => Promise<[{ id: string }, { id: string }]>, RegExp]>([
    [
      'one made no model',
      async () => {
        const first = await finishedTraining(house)
        return [first, await finishedTraining(house, { workflowId: first.workflowId, status: 'failed' })]
      },
      /^Run 2 made no model/,
    ],
    [
      'one was not measured',
      async () => {
        const first = await finishedTraining(house, { validated: await folds(low) })
        return [first, await finishedTraining(house, { workflowId: first.workflowId })]
      },
      /^Nothing was measured of the model of Run 2\. Connect Evaluate/,
    ],
    [
      'other rows',
      async () => {
        const predictions = await answers('false')
        return [
          await finishedTraining(house, { evaluated: { predictions } }),
          await finishedTraining(house, { evaluated: { predictions } }),
        ]
      },
      /^They were evaluated on different rows/,
    ],
    [
      'other folds, by another seed',
      async () => {
        const rows = tableValue()
        const validated = await folds(low)
        return [await finishedTraining(house, { rows, validated }), await finishedTraining(house, { rows, validated, seed: 7 })]
      },
      /^They were not judged alike/,
    ],
  ])('%s', async (_name, make, words) => {
    const verdict = await pair(...(await make()))
    expect(verdict).toMatchObject({ by: 'nothing', reason: expect.stringMatching(words) })
  })
})
