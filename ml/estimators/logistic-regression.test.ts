import { describe, expect, test } from 'vitest'
import { scoresOf } from '#ml/models/model-state'
import { softmaxRows } from '#ml/models/scores'
import golden from '../fixtures/golden-linear.json'
import { fitLogisticRegression } from './logistic-regression'
import { solveLogistic, suitsNewton } from './newton-logistic'
import { openPace } from './pace'
import { besideEmpty, endOfAborted, goldenSet, largestGap, noise } from './testing'

const l2 = { penalty: 'l2', l1Share: 0.5 } as const

describe('tables of few columns', () => {
  test.each(golden.ridge)('$call', async ({ set, c, classes, balanced, weighted, probabilities }) => {
    const { x, y, weights } = goldenSet(set, classes)
    // the same rows often enough that products of pairs are fewer than values
    const data = { ...repeatedRows(x, y, 5), classes, weights: null }
    expect(suitsNewton(data.x, classes)).toBe(true)
    const own = { x, y, classes, weights: weighted ? weights : null }
    const fivefold = weighted ? { ...data, weights: Float64Array.from(data.y, (_, row) => weights[row % x.rows] ?? 1) } : data
    const params = { ...l2, c: c / 5, balanced, maxEpochs: 100 }
    const byNewton = await fitLogisticRegression(params, fivefold, { seed: 1 })
    const byAscent = await fitLogisticRegression(
      { ...params, c, maxEpochs: 100_000, tolerance: 1e-9 },
      { ...own, x: besideEmpty(besideEmpty(besideEmpty(besideEmpty(x)))) },
      { seed: 1 },
    )
    expect(byNewton.notes).toEqual([])
    expect(byNewton.loss.length).toBeLessThan(15)
    expect(largestGap(softmaxRows(scoresOf(byNewton.state, x), classes), probabilities.flat())).toBeLessThan(1e-5)
    expect(largestGap(softmaxRows(scoresOf(byAscent.state, x), classes), probabilities.flat())).toBeLessThan(1e-3)
  })

  test('says that it had not settled', async () => {
    const { x, y } = goldenSet('far', 2)
    const { notes } = await fitLogisticRegression(
      { ...l2, c: 10, balanced: false, maxEpochs: 1 },
      { x, y, classes: 2, weights: null },
      { seed: 1 },
    )
    expect(notes[0]).toContain('had not settled after 1 passes')
  })

  test('stops when it is aborted', async () => {
    const x = noise(3_000, 100)
    const y = Int32Array.from({ length: x.rows }, (_, row) => row % 2)
    const costs = new Float64Array(x.rows).fill(1e6)
    const work = (signal: AbortSignal) => solveLogistic({ x, y, classes: 2, costs, most: 1_000, pace: openPace(signal) })
    expect(await endOfAborted(work)).toBe('cancelled')
  })
})

function repeatedRows(x: ReturnType<typeof goldenSet>['x'], y: Int32Array, times: number) {
  const copies = Array.from({ length: times })
  const ptr = new Int32Array(x.rows * times + 1)
  for (const [copy] of copies.entries()) {
    for (let row = 0; row < x.rows; row++) ptr[copy * x.rows + row + 1] = copy * x.ids.length + (x.ptr[row + 1] ?? 0)
  }
  return {
    x: {
      ...x,
      rows: x.rows * times,
      ptr,
      ids: Int32Array.from(copies.flatMap(() => [...x.ids])),
      values: Float32Array.from(copies.flatMap(() => [...x.values])),
    },
    y: Int32Array.from(copies.flatMap(() => [...y])),
  }
}
