import { describe, expect, test } from 'vitest'
import type { VectorsStep } from '#core/ports/plan'
import { textColumn } from '#ml/onnx/testing'
import { fitFeatures, fitTrainingRows, transformFeatures } from './fit-plan'
import { featureName } from './fitted-features'
import { foldWord } from './fold-word'
import { readRawColumns } from './read-raw-columns'
import { readValues } from './read-values'
import { tableOfWords } from './vectors-block'
import { readWordVectors, type WordVectors, writeWordVectors } from './word-vectors'

const vectors: WordVectors = {
  words: ['red', 'blue', 'green', 'new_york'],
  dimensions: 2,
  values: Float32Array.of(1, 0, 0, 1, -1, 3, 8, 8),
}
const artifact = 'a'.repeat(64)
const step: VectorsStep = {
  kind: 'vectors',
  columns: ['t'],
  artifact,
  words: 4,
  dimensions: 2,
  weighting: 'mean',
  lowercase: true,
  indicator: true,
}
const texts = ['Red, red & BLUE', 'green', 'New_York', 'a I unknown', '']
const all = Int32Array.from(texts.keys())

const read = (change: Partial<VectorsStep> = {}) =>
  readRawColumns({ t: textColumn(texts) }, [{ ...step, ...change }], undefined, undefined, { [artifact]: vectors })

async function rowsOf(change: Partial<VectorsStep> = {}, train = all): Promise<number[][]> {
  const raw = await read(change)
  const features = await fitFeatures(raw, train)
  const { values, terms, rows } = transformFeatures(features, raw, all)
  return Array.from({ length: rows }, (_, row) => [...values.subarray(row * terms, (row + 1) * terms)])
}

describe('word vectors of a text', () => {
  test('are the mean over its known words, each as often as it occurs, and zeros where there is none', async () => {
    expect(await rowsOf()).toEqual([
      [Math.fround(2 / 3), Math.fround(1 / 3), 0],
      [-1, 3, 0],
      [8, 8, 0],
      [0, 0, 1],
      [0, 0, 1],
    ])
  })

  test('find no word in capitals when these count', async () => {
    expect((await rowsOf({ lowercase: false, indicator: false })).slice(0, 3)).toEqual([
      [1, 0],
      [-1, 3],
      [0, 0],
    ])
  })

  test('weigh by inverse document frequency, as a weighted mean', async () => {
    // of the three training rows red is in one, blue in one: ln(4 / 2) + 1 each; of green and new_york as well
    const idf = Math.log(4 / 2) + 1
    const [first] = await rowsOf({ weighting: 'idf' }, Int32Array.of(0, 1, 2))
    expect(first?.[0]).toBeCloseTo((2 * idf) / (3 * idf), 6)
    // red and blue are in one of the two rows, which others have none of: their weights differ from those of unseen words
    const [, second] = await rowsOf({ weighting: 'idf' }, Int32Array.of(0, 3))
    expect(second).toEqual([-1, 3, 0])
  })

  test('weigh by a / (a + share), and learn the shares from training rows only', async () => {
    // of four known words in rows 0 and 1, red is 2, blue 1 and green 1
    const a = 0.1
    const [red, blue] = [a / (a + 0.5), a / (a + 0.25)]
    const rows = await rowsOf({ weighting: 'sif', smoothing: a }, Int32Array.of(0, 1))
    expect(rows[0]?.[0]).toBeCloseTo((2 * red) / (2 * red + blue), 6)
    expect(rows[0]?.[1]).toBeCloseTo(blue / (2 * red + blue), 6)
    // a word alone is its vector, also one that no training row has
    expect(rows.slice(1, 3)).toEqual([
      [-1, 3, 0],
      [8, 8, 0],
    ])
  })

  test('have names, and are read from new rows as from the training', async () => {
    const raw = await read({ weighting: 'idf' })
    const { features, x } = await fitTrainingRows(raw, all)
    expect([0, 1, 2].map((term) => featureName(features, term))).toEqual(['t: dimension 1', 't: dimension 2', 't: no known word'])
    const again = transformFeatures(features, readValues(features.blocks, { t: textColumn(texts) }), all)
    expect(again.values).toEqual(x.values)
  })

  test('are a bug when they were not read', async () => {
    await expect(readRawColumns({ t: textColumn(texts) }, [step])).rejects.toThrow(TypeError)
  })

  test('are refused for numbers, by the name of the column', async () => {
    const columns = { t: { type: 'number' as const, values: Float64Array.of(1) } }
    await expect(readRawColumns(columns, [step], undefined, undefined, { [artifact]: vectors })).rejects.toThrow('"t" holds numbers')
  })
})

test.each([
  ['Paris', true, 'paris'],
  ['Paris', false, 'Paris'],
  ['İstanbul', true, 'istanbul'],
  ['new_york', true, 'new_york'],
  ['𝔘𝔫', true, '𝔘𝔫'],
  ["don't", true, null],
  ['well-known', true, null],
  ['a', true, null],
  ['', true, null],
  ['two words', true, null],
])('the word %j, in lower case %j, is read as %j', (word, lowercase, folded) => {
  expect(foldWord(word, lowercase)).toBe(folded)
})

test('a table of words takes none twice and none that no text can hold', () => {
  expect(tableOfWords(vectors).size).toBe(4)
  expect(() => tableOfWords({ words: ['red', 'red'] })).toThrow('"red" cannot be word 1')
  expect(() => tableOfWords({ words: ["don't"] })).toThrow(TypeError)
})

test('word vectors are stored as the same bytes each time, and read to the bit', () => {
  const bytes = writeWordVectors(vectors)
  expect(readWordVectors(bytes)).toEqual(vectors)
  expect(writeWordVectors(readWordVectors(bytes))).toEqual(bytes)
  expect(() => readWordVectors(bytes.subarray(0, 30))).toThrow('The word vectors that the features need cannot be read')
  expect(() => readWordVectors(new TextEncoder().encode('another file'))).toThrow('run the Word embeddings stage again')
})
