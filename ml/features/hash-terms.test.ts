import { expect, test } from 'vitest'
import golden from '../fixtures/golden-features.json'
import { hashTerms, murmurHash3 } from './hash-terms'
import { TermCounter } from './term-counter'

test(golden.hashes.call, () => {
  expect(golden.hashes.of.map(([word]) => [word, murmurHash3(new TextEncoder().encode(String(word)))])).toEqual(golden.hashes.of)
})

test('each row has a bucket once, with all that fell into it', () => {
  const counter = new TermCounter({ unit: 'word', min: 1, max: 2, lowercase: true })
  for (const text of ['free money free', '', 'Money']) counter.addRow(text)
  const { ptr, ids, counts } = hashTerms(counter.rows(), counter.table, 1)
  expect([...ptr].at(-1)).toBe(ids.length)
  const rows = [0, 1, 2].map((row) => [...ids.subarray(ptr[row], ptr[row + 1])])
  for (const row of rows) expect(new Set(row).size).toBe(row.length)
  const totals = [0, 1, 2].map((row) => counts.subarray(ptr[row], ptr[row + 1]).reduce((sum, count) => sum + count, 0))
  // free, money, free, free money, money free
  expect(totals).toEqual([5, 0, 1])
})
