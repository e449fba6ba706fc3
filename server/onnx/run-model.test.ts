import { expect, it } from 'vitest'
import { tinyModel } from '#server/testing/tiny-model'
import { batchesOf, openModel } from './run-model'

const texts = (lengths: readonly number[]) => lengths.map((length) => 'x'.repeat(length))

it('puts rows of like length together, each row once, within both bounds', () => {
  const lengths = Array.from({ length: 2_000 }, (_, row) => (row * 7919) % 1_000)
  const batches = batchesOf({ body: texts(lengths) }, 2_000)
  expect(batches.flatMap((batch) => [...batch]).toSorted((a, b) => a - b)).toEqual(lengths.map((_, row) => row))
  for (const batch of batches) {
    const longest = Math.max(...[...batch].map((row) => lengths[row] ?? 0))
    expect(batch.length).toBeLessThanOrEqual(256)
    expect(batch.length * longest).toBeLessThanOrEqual(200_000)
  }
  // Padded to the longest of its batch, a row grows little: in the order of the table it would double.
  const padded = batches.reduce((sum, batch) => sum + batch.length * (lengths[batch.at(-1) ?? 0] ?? 0), 0)
  expect(padded / lengths.reduce((sum, length) => sum + length, 0)).toBeLessThan(1.2)
})

it('gives a text beyond the bound a batch of its own, and counts all text columns', () => {
  expect(batchesOf({ body: texts([5, 300_000, 5]) }, 3).map((batch) => [...batch])).toEqual([[0, 2], [1]])
  const both = { subject: texts([90_000, 1]), body: texts([90_000, 1]), hour: Float32Array.of(1, 2) }
  expect(batchesOf(both, 2).map((batch) => [...batch])).toEqual([[1], [0]])
  expect(batchesOf({ hour: Float32Array.of(1, 2) }, 2).map((batch) => [...batch])).toEqual([[0, 1]])
  expect(batchesOf({ body: [] }, 0)).toEqual([])
})

it.each(['native', 'web'] as const)('answers in the order of the rows, whatever their lengths (%s)', async (runtime) => {
  const model = await openModel(tinyModel(), runtime)
  const body = Array.from({ length: 700 }, (_, row) => (row % 3 === 0 ? 'spam' : 'x'.repeat((row * 37) % 400)))
  const answers = await model.run({ body, hour: new Float32Array(700) }, 700)
  await model.close()
  if (answers.task !== 'classification') throw new Error('the tiny model is a classifier')
  const { labels, probabilities } = answers
  expect(labels).toEqual(body.map((text) => (text === 'spam' ? 'spam' : 'ham')))
  // Softmax of (2, 4) and of (2, 0).
  const [early = 0, late = 0] = [1 / (1 + Math.exp(2)), 1 / (1 + Math.exp(-2))]
  for (const [row, text] of body.entries()) expect(probabilities[row * 2]).toBeCloseTo(text === 'spam' ? early : late, 6)
})
