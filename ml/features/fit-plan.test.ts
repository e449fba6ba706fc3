import { describe, expect, test } from 'vitest'
import type { FeatureStep, TextStep } from '#core/ports/plan'
import golden from '../fixtures/golden.json'
import { fitFeatures, transformFeatures } from './fit-plan'
import { featureName } from './fitted-features'
import { readRawColumns } from './read-raw-columns'

const textStep: TextStep = {
  kind: 'text',
  columns: ['t'],
  words: { min: 1, max: 2 },
  chars: null,
  weighting: 'tf-idf',
  sublinear: true,
  lowercase: true,
  minRows: 1,
  maxShare: 1,
  maxTerms: 10_000,
}

/** Rows as name -> value, after fitting on all of them (or on `trainRows`). */
async function rowsOf(columns: Parameters<typeof readRawColumns>[0], steps: FeatureStep[], trainRows?: number[]) {
  const raw = await readRawColumns(columns, steps)
  const rows = Object.values(columns)[0]?.values.length ?? 0
  const all = Int32Array.from({ length: rows }, (_, i) => i)
  const features = await fitFeatures(raw, trainRows ? Int32Array.from(trainRows) : all)
  const x = transformFeatures(features, raw, all)
  return Array.from(all, (row) => {
    const found: Record<string, number> = {}
    for (let j = x.ptr[row] ?? 0; j < (x.ptr[row + 1] ?? 0); j++) found[featureName(features, x.ids[j] ?? 0)] = x.values[j] ?? 0
    return found
  })
}

const text = (values: readonly string[]) => ({ type: 'text' as const, values, missing: Uint8Array.from(values, (v) => (v === '' ? 1 : 0)) })

function expectRows(mine: Record<string, number>[], theirs: object[]) {
  for (const [i, row] of theirs.entries()) {
    const expected: [string, number][] = Object.entries(row)
    expect(Object.keys(mine[i] ?? {}).sort()).toEqual(expected.map(([term]) => `t: ${term}`).sort())
    for (const [term, value] of expected) expect(mine[i]?.[`t: ${term}`]).toBeCloseTo(value, 6)
  }
}

describe('text features against scikit-learn', () => {
  test(golden.tfidf.call, async () => {
    expectRows(await rowsOf({ t: text(golden.texts) }, [{ ...textStep, minRows: 2, maxShare: 0.9 }]), golden.tfidf.rows)
  })
  test(golden.chars.call, async () => {
    const step = { ...textStep, words: null, chars: { min: 2, max: 3 }, minRows: 2, sublinear: false }
    expectRows(await rowsOf({ t: text(golden.texts) }, [step]), golden.chars.rows)
  })
  test(golden.counts.call, async () => {
    const step = { ...textStep, words: { min: 1, max: 1 }, weighting: 'count' as const, sublinear: false }
    expectRows(await rowsOf({ t: text(golden.texts) }, [step]), golden.counts.rows)
  })
})

describe('text features', () => {
  test('the vocabulary comes from the fitted rows only', async () => {
    const rows = await rowsOf({ t: text(['red card', 'blue card', 'green leak']) }, [textStep], [0, 1])
    expect(Object.keys(rows[2] ?? {})).toEqual([])
  })
  test('most terms keeps the most frequent, first seen first', async () => {
    const rows = await rowsOf({ t: text(['bb aa', 'cc aa', 'dd aa']) }, [{ ...textStep, words: { min: 1, max: 1 }, maxTerms: 2 }])
    expect(rows.map((row) => Object.keys(row))).toEqual([['t: bb', 't: aa'], ['t: aa'], ['t: aa']])
  })
  test('each column has a vocabulary of its own', async () => {
    const steps = [{ ...textStep, columns: ['t', 'u'], words: { min: 1, max: 1 } }]
    const rows = await rowsOf({ t: text(['spam']), u: text(['spam ham']) }, steps)
    expect(Object.keys(rows[0] ?? {}).sort()).toEqual(['t: spam', 'u: ham', 'u: spam'])
  })
  test('a text step refuses numbers, a number step refuses text, each naming the column', async () => {
    await expect(readRawColumns({ t: { type: 'number', values: Float64Array.of(1) } }, [textStep])).rejects.toThrow(/"t" holds numbers/)
    const step: FeatureStep = { kind: 'number', columns: ['t'], impute: 'mean', indicator: false, scale: 'none' }
    await expect(readRawColumns({ t: text(['a']) }, [step])).rejects.toThrow(/"t" holds text/)
    await expect(readRawColumns({}, [textStep])).rejects.toThrow(/"t" is not in the table/)
  })
})

describe('categories', () => {
  test('rare values share a term, unseen ones too', async () => {
    const step: FeatureStep = { kind: 'category', columns: ['t'], minRows: 2, maxValues: 10, encoding: 'one-hot' }
    const rows = await rowsOf({ t: text(['a', 'a', 'b', '', 'z']) }, [step], [0, 1, 2, 3])
    expect(rows).toEqual([
      { 't = a': 1 },
      { 't = a': 1 },
      { 't is another value': 1 },
      { 't is another value': 1 },
      { 't is another value': 1 },
    ])
  })
  test('without rare values an unseen one is all zeros', async () => {
    const step: FeatureStep = { kind: 'category', columns: ['t'], minRows: 1, maxValues: 10, encoding: 'one-hot' }
    expect(await rowsOf({ t: text(['a', '', 'z']) }, [step], [0, 1])).toEqual([{ 't = a': 1 }, { 't = (missing)': 1 }, {}])
  })
  test('numbers are read as people write them', async () => {
    const step: FeatureStep = { kind: 'category', columns: ['t'], minRows: 1, maxValues: 10, encoding: 'one-hot' }
    const rows = await rowsOf({ t: { type: 'number', values: Float64Array.of(3, 0.5, Number.NaN) } }, [step])
    expect(rows).toEqual([{ 't = 3': 1 }, { 't = 0.5': 1 }, { 't = (missing)': 1 }])
  })
})

describe('numbers', () => {
  const values = Float64Array.of(3, 1, Number.NaN, 7, 2.5, 1)
  test.each(['standard', 'minmax'] as const)(`%s: ${golden.numbers.call}`, async (scale) => {
    const rows = await rowsOf({ n: { type: 'number', values } }, [
      { kind: 'number', columns: ['n'], impute: 'median', indicator: true, scale },
    ])
    for (const [i, expected] of golden.numbers[scale].entries()) {
      expect(rows[i]?.n).toBeCloseTo(expected, 6)
      expect(rows[i]?.['n is missing']).toBe(i === 2 ? 1 : 0)
    }
  })
  test('a constant column becomes zeros, an infinite value counts as missing', async () => {
    const step: FeatureStep = { kind: 'number', columns: ['n'], impute: 'mean', indicator: false, scale: 'standard' }
    const constant = await rowsOf({ n: { type: 'number', values: Float64Array.of(0.1, 0.1, 0.1) } }, [step])
    expect(constant.map((row) => row.n)).toEqual([0, 0, 0])
    const infinite = await rowsOf({ n: { type: 'number', values: Float64Array.of(1, Number.POSITIVE_INFINITY, 3) } }, [
      { ...step, scale: 'none' },
    ])
    expect(infinite.map((row) => row.n)).toEqual([1, 2, 3])
  })
})
