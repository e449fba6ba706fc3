import { expect, test } from 'vitest'
import { textStatistics } from '#core/ports/plan'
import { measureTexts } from './text-measures'

test.each<[string, number[]]>([
  // characters, words, mean length, capitals, digits, punctuation, exclamations, questions
  ['', [0, 0, 0, 0, 0, 0, 0, 0]],
  [' \n ', [3, 0, 0, 0, 0, 0, 0, 0]],
  ['ab cde', [6, 2, 2.5, 0, 0, 0, 0, 0]],
  ['BUY now!!', [9, 2, 4, 3 / 8, 0, 2 / 8, 2, 0]],
  ['Why? 20 %', [9, 3, 7 / 3, 1 / 7, 2 / 7, 2 / 7, 0, 1]],
  ['ÉЖΩ日😀', [5, 1, 5, 3 / 5, 0, 0, 0, 0]],
  ['wide\u3000space', [10, 2, 4.5, 0, 0, 0, 0, 0]],
])('"%s"', (text, expected) => {
  const measures = measureTexts([text])
  for (const [i, statistic] of textStatistics.entries()) expect(measures[statistic][0], statistic).toBe(Math.fround(expected[i] ?? -1))
})
