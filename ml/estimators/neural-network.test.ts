import { describe, expect, test } from 'vitest'
import { rowsOf } from '#ml/features/rows-of'
import { networkScores } from '#ml/models/network'
import { argmaxRows } from '#ml/models/scores'
import golden from '../fixtures/golden-neighbours.json'
import { learnRow, lossOf, startNetwork } from './network-trainer'
import { fitNeuralNetwork } from './neural-network'
import { seededRandom } from './random'

const { x, y, testX, testY, accuracy } = golden.network
const data = { x: rowsOf(x), y: Int32Array.from(y), classes: 3, weights: null }
const params = { hidden: 32, layers: 1, epochs: 100, learningRate: 0.01, batch: 32, l2: 1e-6 }

describe('learning', () => {
  test(`at least as well as the ${golden.network.call}`, async () => {
    let right = 0
    for (const seed of [1, 2, 3]) {
      const fit = await fitNeuralNetwork(params, data, { seed })
      right += argmaxRows(networkScores(fit.state, rowsOf(testX)), 3).filter((label, row) => label === testY[row]).length
      expect(fit.loss.at(-1)?.loss).toBeLessThan(0.02)
    }
    expect(right / testY.length / 3).toBeGreaterThanOrEqual(accuracy - 1e-9)
  })
  test('rows held back stop it where there is nothing to learn, and the weights from before are kept', async () => {
    const noise = {
      x: rowsOf([...x, ...testX]),
      y: Int32Array.from({ length: 750 }, (_, i) => ((i * 7919) >> 3) % 3),
      classes: 3,
      weights: null,
    }
    const fit = await fitNeuralNetwork(params, noise, { seed: 1 })
    expect(fit.loss.length).toBeLessThan(60)
    expect(fit.notes[0]).toMatch(/The weights of pass \d+ of \d+ are kept: after it, 75 rows held back were predicted no better/)
  })
  test('the same seed gives the same weights, another seed others', async () => {
    const few = { ...params, epochs: 3, layers: 2 }
    const [one, again, other] = await Promise.all([1, 1, 2].map((seed) => fitNeuralNetwork(few, data, { seed })))
    expect(one?.state).toEqual(again?.state)
    expect(one?.state).not.toEqual(other?.state)
  })
  test('a row of weight 2 counts as two rows in the gradient', async () => {
    const few = { ...params, epochs: 5, batch: 4 }
    const rows = [
      [1, 0],
      [0, 1],
      [1, 1],
    ]
    const twice = await fitNeuralNetwork(
      { ...few, batch: 3 },
      { x: rowsOf(rows), y: Int32Array.of(0, 1, 1), classes: 2, weights: Float64Array.of(1, 1, 2) },
      { seed: 1 },
    )
    const repeated = await fitNeuralNetwork(
      few,
      { x: rowsOf([...rows, [1, 1]]), y: Int32Array.of(0, 1, 1, 1), classes: 2, weights: null },
      { seed: 1 },
    )
    for (const [i, weight] of (twice.state.layers[0]?.weights ?? []).entries())
      expect(weight).toBeCloseTo(repeated.state.layers[0]?.weights[i] ?? 0, 5)
  })
  test('one row, one term, and classes that no row has', async () => {
    const { state } = await fitNeuralNetwork(
      { ...params, hidden: 1, layers: 3 },
      { x: rowsOf([[1]]), y: Int32Array.of(0), classes: 4, weights: null },
      { seed: 1 },
    )
    expect(argmaxRows(networkScores(state, rowsOf([[1]])), 4)[0]).toBe(0)
  })
  test('numbers that were never scaled are named as the cause', async () => {
    const huge = { ...data, x: rowsOf(x.map((row) => row.map((value) => value * 1e38))) }
    await expect(fitNeuralNetwork({ ...params, hidden: 32, learningRate: 1 }, huge, { seed: 1 })).rejects.toThrow(
      /scale the number columns/,
    )
    const large = { ...data, x: rowsOf(x.map((row) => row.map((value) => value * 100))) }
    const { notes } = await fitNeuralNetwork({ ...params, epochs: 1 }, large, { seed: 1 })
    expect(notes.join(' ')).toMatch(/need scaling/)
  })
  test('too many weights are refused, and cancelling is heard', async () => {
    const wide = { ...data, x: { ...data.x, terms: 2_000_001 } }
    await expect(fitNeuralNetwork(params, wide, { seed: 1 })).rejects.toThrow(/2,000,001 terms and 32 units/)
    const cancelled = fitNeuralNetwork({ ...params, hidden: 512 }, data, { seed: 1, signal: AbortSignal.abort() })
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' })
  })
})

test('gradients are those of finite differences', () => {
  const rows = rowsOf([
    [0.5, -1.2, 0],
    [0, 0.7, 2],
  ])
  const trainer = startNetwork([3, 5, 4, 3], seededRandom(3))
  for (const row of [0, 1]) learnRow(trainer, rows, row, row + 1, 1)
  const loss = () => lossOf(trainer, rows, 0, 1) + lossOf(trainer, rows, 1, 2)
  const check = (values: Float32Array, at: number, gradient: number) => {
    const kept = values[at] ?? 0
    const [high, low] = [Math.fround(kept + 1e-3), Math.fround(kept - 1e-3)]
    values[at] = high
    const above = loss()
    values[at] = low
    const slope = (above - loss()) / (high - low)
    values[at] = kept
    expect(gradient).toBeCloseTo(slope, 3)
  }
  for (const [i, { weights, bias, outputs }] of trainer.layers.entries()) {
    for (let at = 0; at < weights.length; at++) {
      const slot = i === 0 ? (trainer.slots[Math.floor(at / outputs)] ?? 0) * outputs + (at % outputs) : at
      check(weights, at, trainer.gradients[i]?.[slot] ?? Number.NaN)
    }
    for (let at = 0; at < bias.length; at++) check(bias, at, trainer.biasGradients[i]?.[at] ?? Number.NaN)
  }
})
