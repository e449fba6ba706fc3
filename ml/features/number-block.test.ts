import { expect, test } from 'vitest'
import { numberStepSchema } from '#core/ports/plan'
import golden from '../fixtures/golden-features.json'
import { fitNumber, numberName, scaledNumber } from './number-block'

/** A step fitted on all of the numbers. */
function fitted(step: object, numbers: readonly (number | null)[]) {
  const values = Float32Array.from(numbers, (value) => value ?? Number.NaN)
  const full = numberStepSchema.parse({ kind: 'number', columns: ['x'], impute: 'median', indicator: false, scale: 'none', ...step })
  return fitNumber(
    { kind: 'number', name: 'x', source: { kind: 'column', column: 'x' }, step: full, values },
    Int32Array.from(values.keys()),
    0,
  )
}

const sets: Record<string, number[]> = golden.sets

test.each(golden.impute)('$call', ({ holes, impute, values }) => {
  const block = fitted({ impute, constant: -2 }, holes)
  expect(holes.map((value) => scaledNumber(block, value ?? Number.NaN))).toEqual(values)
})

test.each(golden.scale)('$call', ({ set, scale, values }) => {
  const block = fitted({ scale }, sets[set] ?? [])
  for (const [i, value] of golden.asked.entries()) {
    const expected = values[i] ?? Number.NaN
    expect(Math.abs(scaledNumber(block, value) - expected) / Math.max(1, Math.abs(expected)), `${value}`).toBeLessThan(1e-6)
  }
})

test.each(golden.bins)('$call', ({ set, by, count, edges, values }) => {
  const block = fitted({ bins: { count, by } }, sets[set] ?? [])
  expect(golden.asked.map((value) => scaledNumber(block, value))).toEqual(values)
  expect(block.terms).toBe(edges.every(Number.isFinite) ? edges.length + 1 : 1)
})

test('the log keeps the sign and calls zero zero', () => {
  const block = fitted({ scale: 'log' }, [1, 2])
  expect([0, Math.E - 1, 1 - Math.E, 1e38].map((value) => scaledNumber(block, value))).toEqual([
    0,
    expect.closeTo(1, 6),
    expect.closeTo(-1, 6),
    expect.closeTo(Math.log(1e38), 5),
  ])
})

test.each(['quantile', 'log', 'robust'])('%s of a column that keeps what is missing', (scale) => {
  expect(scaledNumber(fitted({ scale, impute: 'none' }, [1, null, 2]), Number.NaN)).toBeNaN()
  expect(scaledNumber(fitted({ scale, impute: 'none' }, [null]), 3)).not.toBeNaN()
})

test('ranges have names with their edges, and are not more than there are values', () => {
  const block = fitted({ bins: { count: 3, by: 'width' }, indicator: true }, [0, 1, null, 3000])
  expect(Array.from({ length: block.terms }, (_, at) => numberName(block, at))).toEqual([
    'x below 1000',
    'x from 1000 to 2000',
    'x from 2000',
    'x is missing',
  ])
  expect(fitted({ bins: { count: 9, by: 'quantile' } }, [5, 5, 5]).terms).toBe(1)
})
