import { describe, expect, test } from 'vitest'
import type { EstimatorKind } from '#core/estimators/estimators'
import { numberColumn, textColumn } from '#ml/onnx/testing'
import type { TrainColumns } from '#ml/pipeline/data'
import { describeBackground } from './background'
import { similarRows } from './similar-rows'
import { estimatorOf, fitTickets, rawSteps, ticketSteps, tickets } from './testing'

const { columns, outcome, hours } = tickets(240)
const trainingRow = (row: number): TrainColumns =>
  Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      column.type === 'number' ? numberColumn([column.values[row] ?? Number.NaN]) : textColumn([column.values[row] ?? '']),
    ]),
  )

describe.each<[EstimatorKind, string, number]>([
  ['logistic-regression', 'cosine', 1],
  ['gradient-boosting', 'shared leaves', 1],
  ['nearest-neighbours', 'distance', 0],
  ['linear-regression', 'cosine', 1],
])('rows similar to one, by %s', (kind, measure, highest) => {
  test('begin with the row itself, with its right answer, and fall', async () => {
    const pipeline = await fitTickets(estimatorOf(kind, kind === 'gradient-boosting' ? { trees: 40, minRows: 2 } : {}), {
      features: kind === 'gradient-boosting' ? rawSteps : ticketSteps,
    })
    for (const row of [3, 200]) {
      const found = similarRows(pipeline, trainingRow(row), 5)
      expect(found).toMatchObject({ measure, among: 240 })
      expect(found.rows).toHaveLength(5)
      const own = found.rows.find((each) => each.row === row)
      expect(own?.similarity).toBeCloseTo(highest, 3)
      expect(own?.answer).toBe(pipeline.task === 'classification' ? outcome[row] : hours[row])
      const similarities = found.rows.map(({ similarity }) => similarity)
      expect(similarities).toEqual(similarities.toSorted((a, b) => b - a))
    }
  })
})

test('cosines are those of the definition, with numbers in standard deviations from their mean', async () => {
  const pipeline = await fitTickets(estimatorOf('gaussian-naive-bayes'), {
    features: [{ kind: 'number', columns: ['age'], impute: 'median', indicator: false, scale: 'none' }, ...ticketSteps.slice(4)],
  })
  const [best] = similarRows(pipeline, trainingRow(8), 240).rows.slice(10)
  const { sample, means, spreads } = pipeline.background
  const placed = (row: number) =>
    Array.from(
      { length: pipeline.features.terms },
      (_, term) => ((sample.x.values[row * pipeline.features.terms + term] ?? 0) - (means[term] ?? 0)) / (spreads[term] ?? 1),
    )
  const [a, b] = [placed(8), placed(best?.row ?? 0)]
  const dot = (one: number[], other: number[]) => one.reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0)
  expect(best?.similarity).toBeCloseTo(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)), 5)
})

test('the sample is bounded, keeps the shares of the classes and one row of each, and follows the seed', async () => {
  const rows = 30_000
  const y = Int32Array.from({ length: rows }, (_, row) => (row === 777 ? 2 : row % 10 === 0 ? 1 : 0))
  const x = {
    rows,
    terms: 1,
    ptr: Int32Array.from({ length: rows + 1 }, (_, i) => i),
    ids: new Int32Array(rows),
    values: Float32Array.from({ length: rows }, (_, i) => i),
  }
  const draw = (seed: number, more = {}) =>
    describeBackground(
      { ...x, ...more },
      {
        columns: { n: numberColumn([...x.values]) },
        signature: { inputs: [{ name: 'n', type: 'number', example: 1 }], target: 'y' },
        answers: { y, classes: ['a', 'b', 'c'] },
        seed,
      },
    )
  const { sample, typical } = await draw(1)
  expect(sample.rows.length).toBeGreaterThanOrEqual(2_000)
  expect(sample.rows.length).toBeLessThan(2_003)
  expect([...sample.answers].filter((answer) => answer === 1).length).toBeCloseTo(200, -1)
  expect([...sample.rows]).toContain(777)
  expect([...sample.rows]).toEqual([...sample.rows].sort((a, b) => a - b))
  expect([...sample.x.values]).toEqual([...sample.rows])
  expect(await draw(1)).toEqual(await draw(1))
  expect((await draw(2)).sample.rows).not.toEqual(sample.rows)
  expect(typical).toEqual({ n: 14_999 })
})
