import { expect, test } from 'vitest'
import { packValue, unpackValue } from './packed-value'

const magic = 'TESTVAL1'
const again = (value: unknown) => unpackValue(packValue(value, magic), magic)

test('numbers that JSON has not, arrays with few entries, and views', () => {
  const value = { a: [Number.NaN, -0, Number.POSITIVE_INFINITY], thin: new Float32Array(100), of: Float64Array.of(1, 2, 3).subarray(1) }
  value.thin[7] = -0.5
  expect(again(value)).toEqual(value)
})

test('columns may be called as the marks of the header are', () => {
  const array = Int32Array.of(1, 2)
  const typical = { $: 0, $number: 'NaN', $plain: 'yes', plain: 2, array }
  expect(again({ typical, nested: { $: { $: 1 } } })).toEqual({ typical, nested: { $: { $: 1 } } })
})

test('what is not plain is refused', () => {
  expect(() => packValue({ at: new Date(0) }, magic)).toThrow('is not plain and cannot be stored')
})
