import { describe, expect, test } from 'vitest'
import { type FeatureStep, featureStepSchema } from '#core/ports/plan'
import golden from '../fixtures/golden-neighbours.json'
import { fitFeatures, fitTrainingRows, transformFeatures } from './fit-plan'
import { featureName } from './fitted-features'
import { readRawColumns } from './read-raw-columns'
import { readValues } from './read-values'
import { readableRows } from './readable-rows'

const { x, pca, svd } = golden.components
const names = ['a', 'b', 'c', 'd', 'e', 'f']
const columns = Object.fromEntries(
  names.map((name, i) => [name, { type: 'number' as const, values: Float64Array.from(x, (row) => row[i] ?? 0) }]),
)
const steps = (...given: object[]): FeatureStep[] => given.map((step) => featureStepSchema.parse(step))
const numbers = { kind: 'number', columns: names, impute: 'median', indicator: false, scale: 'none' }
const components = (components: number, centre: boolean) => ({ kind: 'components', columns: [], components, centre })
const all = Int32Array.from(x, (_, row) => row)

describe('components in the place of features', () => {
  test.each([
    { call: `${pca.call}.transform(x)`, centre: true, transformed: pca.transformed },
    { call: svd.call, centre: false, transformed: svd.transformed },
  ])('$call', async ({ centre, transformed }) => {
    const raw = await readRawColumns(columns, steps(numbers, components(3, centre)))
    const { features, x: rows } = await fitTrainingRows(raw, all)
    for (const [i, expected] of transformed.flat().entries()) expect(rows.values[i]).toBeCloseTo(expected, 4)
    expect(rows.terms).toBe(3)
    expect(featureName(features, 2)).toBe('component 3')
    // new rows, read without the raw columns of the training, get the same
    const again = transformFeatures(features, readValues(features.blocks, columns), all)
    expect(again.values).toEqual(rows.values)
  })
  test('they are found in the given rows only, and there are no more of them than rows', async () => {
    const raw = await readRawColumns(columns, steps(numbers, components(5, true)))
    const few = await fitFeatures(raw, Int32Array.of(0, 1, 2))
    expect(few.terms).toBe(3)
    const others = { ...columns, a: { type: 'number' as const, values: Float64Array.from(x, (row, i) => (i < 3 ? (row[0] ?? 0) : 1e6)) } }
    const same = await fitFeatures(await readRawColumns(others, steps(numbers, components(5, true))), Int32Array.of(0, 1, 2))
    expect(same.blocks[0]).toMatchObject({ directions: few.blocks[0]?.kind === 'components' ? few.blocks[0].directions : null })
  })
  test('features after them stand beside them, and what they are made of can be told again', async () => {
    const last = { ...numbers, columns: ['a'] }
    const raw = await readRawColumns(columns, steps(numbers, components(2, true), last, components(2, false), { ...last, columns: ['b'] }))
    const { features, x: rows } = await fitTrainingRows(raw, all)
    expect(Array.from({ length: features.terms }, (_, term) => featureName(features, term))).toEqual(['component 1', 'component 2', 'b'])
    const told = readableRows(features, raw, rows)
    expect(Array.from({ length: told.features.terms }, (_, term) => featureName(told.features, term))).toEqual([...names, 'a', 'b'])
    expect([...told.x.values.subarray(0, 8)]).toEqual([...(x[0] ?? []), x[0]?.[0], x[0]?.[1]].map((value) => Math.fround(value ?? 0)))
  })
  test('they cannot read missing values or whole categories, and say what to change', async () => {
    const kept = { ...numbers, impute: 'none' }
    const holes = {
      ...columns,
      c: { type: 'number' as const, values: Float64Array.from(x, (row, i) => (i === 7 ? Number.NaN : (row[2] ?? 0))) },
    }
    await expect(fitFeatures(await readRawColumns(holes, steps(kept, components(2, true))), all)).rejects.toThrow(
      /cannot read a missing or infinite value, as "c" has: let missing values become the median/,
    )
    const plan = { plan: { type: 'text' as const, values: x.map((_, i) => `p${i % 3}`), missing: new Uint8Array(x.length) } }
    const codes = { kind: 'category', columns: ['plan'], minRows: 1, maxValues: 10, encoding: 'codes' }
    await expect(fitFeatures(await readRawColumns(plan, steps(codes, components(2, true))), all)).rejects.toThrow(
      /cannot read whole categories, as "plan" is: make them one-hot/,
    )
    const aborted = fitFeatures(await readRawColumns(columns, steps(numbers, components(2, true))), all, AbortSignal.abort())
    await expect(aborted).rejects.toMatchObject({ code: 'cancelled' })
  })
})
