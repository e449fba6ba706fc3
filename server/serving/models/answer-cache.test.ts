import { expect, it } from 'vitest'
import { openAnswerCache } from './answer-cache'

const answer = (value: number) => ({ value, interval: { low: value - 1, high: value + 1, share: 0.8 }, input: { x: value } })

it('keeps the answers that were asked for last', () => {
  const cache = openAnswerCache(2)
  cache.keep('a', answer(1))
  cache.keep('b', answer(2))
  expect(cache.find('a')).toEqual(answer(1))
  cache.keep('c', answer(3))
  expect(cache.find('b')).toBeUndefined()
  expect(cache.find('a')).toEqual(answer(1))
  expect(cache.find('c')).toEqual(answer(3))
})

it('is bounded by bytes, and counts them back to nothing', () => {
  const cache = openAnswerCache(1_000_000, 10_000)
  for (let i = 0; i < 1_000; i++) cache.keep(`${i} ${'x'.repeat(500)}`, answer(i))
  expect(cache.size().bytes).toBeLessThanOrEqual(10_000)
  expect(cache.size().entries).toBeGreaterThan(1)
  expect(cache.find(`999 ${'x'.repeat(500)}`)).toEqual(answer(999))
  cache.resize(0)
  expect(cache.size()).toEqual({ entries: 0, bytes: 0 })
})

it('keeps nothing at size 0, and does not hold on to the batch that an answer came from', () => {
  const cache = openAnswerCache(0)
  cache.keep('a', answer(1))
  expect(cache.find('a')).toBeUndefined()
  cache.resize(1)
  const batch = new Float32Array(10_000)
  cache.keep('a', { label: 'ham', confidence: 1, probabilities: batch.subarray(2, 4), input: {} })
  const kept = cache.find('a')
  expect(kept && 'probabilities' in kept && kept.probabilities.buffer.byteLength).toBe(8)
})
