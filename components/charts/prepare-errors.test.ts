import { describe, expect, test } from 'vitest'
import type { ThresholdCounts } from '#core/reports/thresholds'
import { allMistakes, prepareMistakes } from './prepare-mistakes.ts'
import { prepareLift, prepareThresholds } from './prepare-thresholds.ts'

/** Ten rows, four of them spam: the spam at 0.9, 0.8, 0.6 and 0.3, the others at 0.7, 0.5, 0.2, 0.2, 0.1 and 0.1. */
const counts: ThresholdCounts = {
  name: 'spam',
  rows: 10,
  positives: 4,
  points: [
    { threshold: null, called: 0, hits: 0 },
    { threshold: 0.9, called: 1, hits: 1 },
    { threshold: 0.8, called: 2, hits: 2 },
    { threshold: 0.7, called: 3, hits: 2 },
    { threshold: 0.6, called: 4, hits: 3 },
    { threshold: 0.5, called: 5, hits: 3 },
    { threshold: 0.3, called: 6, hits: 4 },
    { threshold: 0.2, called: 8, hits: 4 },
    { threshold: 0.1, called: 10, hits: 4 },
  ],
}
const costs = (falsePositive: number, falseNegative: number) => ({ truePositive: 0, falsePositive, falseNegative, trueNegative: 0 })

describe('threshold explorer', () => {
  test('figures of the rows at or above the threshold', () => {
    const { figures } = prepareThresholds(counts, 0.55, costs(1, 1))
    expect(figures.map(({ label, value }) => `${label} ${value}`)).toEqual([
      'Called spam 4',
      'Precision 75.0 %',
      'Recall 75.0 %',
      'F1 0.750',
      'Accuracy 80.0 %',
      'Cost of a row 0.200',
    ])
  })
  test('a threshold above all probabilities calls none, and has no precision', () => {
    const { figures } = prepareThresholds(counts, 1, costs(1, 1))
    expect(figures.map(({ value }) => value)).toEqual(['0', '–', '0.0 %', '0.000', '60.0 %', '0.400'])
  })
  test.each<[number, number, number | null]>([
    // equal costs: 0.8 and 0.6 and 0.3 all make two mistakes; the highest of them
    [1, 1, 0.8],
    // a miss is dear: call all spam, two false alarms
    [1, 10, 0.3],
    // a false alarm is so dear that only sure rows are called
    [10, 1, 0.8],
  ])('false alarms at %d and misses at %d are cheapest at %d', (falsePositive, falseNegative, threshold) => {
    expect(prepareThresholds(counts, 0.5, costs(falsePositive, falseNegative)).cheapest.threshold).toBe(threshold)
  })
  test('says what the cheapest would save, and when there is nothing to save', () => {
    expect(prepareThresholds(counts, 0.5, costs(1, 10)).sentence).toBe('A threshold of 0.30 would cost 10 less on these 10 rows.')
    expect(prepareThresholds(counts, 0.3, costs(1, 10)).sentence).toBe('No threshold costs less.')
    expect(prepareThresholds(counts, 0, costs(1, 0)).sentence).toBe('Never calling it would cost 6.000 less on these 10 rows.')
  })
  test('lines run from low to high thresholds, with the chosen one marked', () => {
    const { rates, cost } = prepareThresholds(counts, 0.55, costs(1, 1))
    expect(rates.x).toEqual([0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9])
    expect(rates.mark).toBe(0.55)
    expect(rates.series[1]?.values[0]).toBe(1)
    expect(cost.series[0]?.values.at(-1)).toBeCloseTo(0.3, 12)
  })
  test('gain follows from the same counts', () => {
    const deciles = [{ decile: 1, rate: 1, lift: 2.5, gain: 0.25, cumulativeLift: 2.5 }]
    const { gain, sentence, deciles: rows } = prepareLift(counts, { name: 'spam', positives: 4, deciles })
    expect(gain.series[0]?.values).toEqual([0, 0.25, 0.5, 0.5, 0.75, 0.75, 1, 1, 1])
    expect(sentence).toBe('The most probable tenth of the rows holds 25 % of spam, 2.5 times its share.')
    expect(rows[0]?.decile).toBe('0 to 10 %')
  })
})

describe('mistakes', () => {
  const mistake = (row: number, truth: string, predicted: string, confidence: number, truthProbability: number) => ({
    row,
    truth,
    predicted,
    confidence,
    truthProbability,
    text: '',
  })
  const report = {
    rows: 100,
    accuracy: 0.94,
    mistakes: [mistake(4, 'a', 'b', 0.9, 0.08), mistake(9, 'a', 'c', 0.8, 0.01), mistake(2, 'b', 'c', 0.6, 0.3)],
    confusions: [
      { truth: 'a', predicted: 'b', rows: 4 },
      { truth: 'a', predicted: 'c', rows: 1 },
      { truth: 'b', predicted: 'c', rows: 1 },
    ],
  }
  const rowsOf = (filter: Partial<typeof allMistakes>) => prepareMistakes(report, { ...allMistakes, ...filter }).shown.map(({ row }) => row)
  test.each<[Partial<typeof allMistakes>, number[]]>([
    [{}, [4, 9, 2]],
    [{ truth: 'a' }, [4, 9]],
    [{ predicted: 'c' }, [9, 2]],
    [{ truth: 'a', predicted: 'c' }, [9]],
    [{ order: 'furthest off' }, [9, 4, 2]],
    [{ truth: 'c' }, []],
  ])('%j lists %j', (filter, rows) => expect(rowsOf(filter)).toEqual(rows))
  test('says how many there are beyond those listed', () => {
    expect(prepareMistakes(report, allMistakes)).toMatchObject({
      note: '3 of 6 mistakes',
      truths: ['a', 'b'],
      calls: ['b', 'c'],
      hasTruth: true,
    })
    expect(prepareMistakes(report, { ...allMistakes, truth: 'a', predicted: 'b' }).note).toBe('1 of 4 mistakes')
  })
  test.each([
    [{ truth: 'c', predicted: 'a' }, 'No row was confused like this.'],
    [{ truth: 'a', predicted: 'a' }, 'Rows of a that are called a are right.'],
  ])('an empty list says why: %j', (filter, words) => expect(prepareMistakes(report, { ...allMistakes, ...filter }).empty).toBe(words))
})
