import { expect, it } from 'vitest'
import type { Answer } from './models/served-model'
import { isDifferent } from './shadow'

const label = (name: string): Answer => ({ label: name, confidence: 0.7, probabilities: Float32Array.of(0.7), input: {} })
const value = (number: number): Answer => ({ value: number, interval: { low: 0, high: 0, share: 0.8 }, input: {} })

it.each<[string, Answer | undefined, Answer, boolean | null]>([
  ['the same class', label('spam'), label('spam'), false],
  ['another class', label('spam'), label('ham'), true],
  ['numbers within a hundredth', value(100), value(100.9), false],
  ['numbers further apart', value(100), value(102), true],
  ['far below zero', value(-100), value(-100.5), false],
  ['both nothing', value(0), value(0), false],
  ['nothing and something', value(0), value(0.001), true],
  ['a stated class', { label: 'spam', confidence: null, probabilities: null, input: {} }, label('ham'), null],
  ['a stated number', { value: 1, interval: null, input: {} }, value(2), null],
  ['a class and a number', label('spam'), value(2), null],
  ['no answer', undefined, value(2), null],
])('%s', (_name, got, shadow, differs) => {
  expect(isDifferent(got, shadow)).toBe(differs)
})
