import { expect, test } from 'vitest'
import { fitOn, madeUpRows, madeUpVectors, textColumn } from '#ml/onnx/testing'
import { readLearnedState, writeLearnedState } from '#ml/state/learned-state'
import { explainRow } from './explain-row'

test('mean vectors are explained by their column, which adds up to the score', async () => {
  const { texts, labels } = madeUpRows(200)
  const { step, vectors } = madeUpVectors(6, { weighting: 'idf', indicator: true })
  const pipeline = await fitOn({ columns: { text: textColumn(texts) }, target: labels, plan: { prepare: [], features: [step] }, vectors })
  const learned = readLearnedState(writeLearnedState(pipeline) ?? new Uint8Array())
  const explained = await explainRow(learned, { text: textColumn(['Card declined']) }, { seed: 1 })
  const { base, score, columns } = explained.of(0)
  expect(columns.map(({ column }) => column)).toEqual(['text'])
  expect(base + (columns[0]?.contribution ?? 0)).toBeCloseTo(score, 5)
  const names = columns[0]?.features.map(({ name }) => name) ?? []
  expect(names).toContain('text: dimension 1')
  // a 0 in a dimension is a number, not the absence of a word
  expect(columns[0]?.features.some(({ isAbsent }) => isAbsent)).toBe(false)
})
