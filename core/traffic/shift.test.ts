import { describe, expect, it } from 'vitest'
import type { SignatureInput } from '#core/model/signature'
import { applyShifts, parseShift } from './shift'

const inputs: SignatureInput[] = [
  { name: 'from', type: 'category', example: 'a.org' },
  { name: 'from-domain', type: 'category', example: 'a.org' },
  { name: 'body', type: 'text', example: 'Hello' },
  { name: 'hour', type: 'number', example: 9 },
]
const parse = (text: string) => parseShift(text, inputs)

describe('parseShift', () => {
  it.each([
    ['from-domain=x=y.org', { kind: 'set', column: 'from-domain', value: 'x=y.org' }],
    ['from=', { kind: 'set', column: 'from', value: '' }],
    ['hour=', { kind: 'set', column: 'hour', value: null }],
    ['hour=3', { kind: 'set', column: 'hour', value: 3 }],
    ['hour+6', { kind: 'add', column: 'hour', by: 6 }],
    ['hour-6', { kind: 'add', column: 'hour', by: -6 }],
    ['hour*1.5', { kind: 'scale', column: 'hour', by: 1.5 }],
    ['hour/4', { kind: 'scale', column: 'hour', by: 0.25 }],
    ['body:missing=0.3', { kind: 'missing', column: 'body', share: 0.3 }],
    ['body:drop=0.5', { kind: 'drop', column: 'body', share: 0.5 }],
  ])('%s', (text, shift) => expect(parse(text)).toEqual(shift))

  it.each([
    ['subject=x', /names no column/],
    ['body+1', /"body" is a text/],
    ['hour+x', /not a number/],
    ['hour/0', /divides by zero/],
    ['hour:drop=0.1', /no words to drop/],
    ['body:drop=2', /between 0 and 1/],
    ['body:shuffle=1', /cannot be read/],
    ['hour', /names no column/],
  ])('refuses %s', (text, words) => expect(() => parse(text)).toThrow(words))
})

it('applies in order, the same on every replay', () => {
  const shifts = ['hour+6', 'hour*2', 'from=x.org'].map(parse)
  expect(applyShifts({ from: 'a.org', hour: 3, body: 'Hi' }, shifts, 0)).toEqual({ from: 'x.org', hour: 18, body: 'Hi' })
  expect(applyShifts({ hour: null }, [parse('hour+6')], 0)).toEqual({ hour: null })
  const thinned = Array.from({ length: 200 }, (_, i) => applyShifts({ body: 'one two three four' }, [parse('body:drop=0.5')], i).body)
  expect(thinned).toEqual(
    Array.from({ length: 200 }, (_, i) => applyShifts({ body: 'one two three four' }, [parse('body:drop=0.5')], i).body),
  )
  const words = thinned.join(' ').split(/\s+/).filter(Boolean).length
  expect(words / 800).toBeGreaterThan(0.42)
  expect(words / 800).toBeLessThan(0.58)
  const missing = Array.from({ length: 1000 }, (_, i) => applyShifts({ hour: 1 }, [parse('hour:missing=0.3')], i).hour).filter(
    (hour) => hour === null,
  )
  expect(missing.length / 1000).toBeCloseTo(0.3, 1)
})
