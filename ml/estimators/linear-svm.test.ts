import { expect, test } from 'vitest'
import { scoresOf } from '#ml/models/model-state'
import golden from '../fixtures/golden-linear.json'
import { fitLinearSvm } from './linear-svm'
import { besideEmpty, endOfAborted, goldenSet, largestGap, noise, repeated, sparseRows } from './testing'

const exact = { maxEpochs: 100_000, tolerance: 1e-9 }

test.each(golden.svm)('$call', async ({ set, classes, c, balanced, weighted, scores }) => {
  const { x, y, weights } = goldenSet(set, classes)
  const fit = await fitLinearSvm({ c, balanced, ...exact }, { x, y, classes, weights: weighted ? weights : null }, { seed: 4 })
  const inDual = await fitLinearSvm(
    { c, balanced, ...exact },
    { x: besideEmpty(x), y, classes, weights: weighted ? weights : null },
    { seed: 4 },
  )
  expect([...fit.notes, ...inDual.notes]).toEqual([])
  const mine = scoresOf(fit.state, x)
  const theirs = scores.flatMap((score) => (Array.isArray(score) ? score : [-score, score]))
  expect(largestGap(mine, theirs)).toBeLessThan(2e-6)
  expect(largestGap(scoresOf(inDual.state, x), theirs)).toBeLessThan(2e-6)
})

test('weights are repetitions, and another seed finds the same boundary', async () => {
  const { matrix, x, y, weights } = goldenSet('sparse')
  const params = { c: 1, balanced: true, ...exact }
  const weighted = await fitLinearSvm(params, { x, y, classes: 3, weights }, { seed: 1 })
  const rows = { x: sparseRows(repeated(matrix, weights)), y: Int32Array.from(repeated(y, weights)) }
  const twice = await fitLinearSvm(params, { ...rows, classes: 3, weights: null }, { seed: 2 })
  expect(largestGap(scoresOf(twice.state, x), [...scoresOf(weighted.state, x)])).toBeLessThan(1e-6)
})

test.each([
  [1, 'One boundary', 2],
  [2, '3 boundaries', 3],
])('says what had not settled after %i passes', async (maxEpochs, who, classes) => {
  const { x, y } = goldenSet('far', classes)
  const { notes } = await fitLinearSvm({ c: 1, balanced: false, maxEpochs }, { x, y, classes, weights: null }, { seed: 1 })
  expect(notes[0]).toContain(`${who} had not settled after ${maxEpochs} passes`)
})

test('a class without rows is never the answer', async () => {
  const { x, y } = goldenSet('sparse')
  const { state } = await fitLinearSvm({ c: 1, balanced: true, maxEpochs: 1000 }, { x, y, classes: 4, weights: null }, { seed: 1 })
  const scores = scoresOf(state, x)
  for (let row = 0; row < x.rows; row++) expect(scores[row * 4 + 3]).toBeLessThan(Math.max(...scores.subarray(row * 4, row * 4 + 3)))
})

test('stops when it is aborted', async () => {
  const x = noise(600, 200)
  const data = { x, y: Int32Array.from({ length: x.rows }, (_, row) => row % 2), classes: 2, weights: null }
  const params = { c: 1e6, balanced: false, maxEpochs: 10_000, tolerance: 0 }
  expect(await endOfAborted((signal) => fitLinearSvm(params, data, { seed: 1, signal }))).toBe('cancelled')
})
