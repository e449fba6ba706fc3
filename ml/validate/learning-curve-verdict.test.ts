import { describe, expect, test } from 'vitest'
import type { LearningCurveReport } from '#core/reports/learning-curve'
import { correctedResampledTTest } from '#core/stats/corrected-t-test'
import { spreadOf } from './cross-validate-args'
import { judgeCurve } from './learning-curve-verdict'

type Metric = LearningCurveReport['metric']
const f1: Metric = { name: 'macro F1', better: 'higher', isShare: true }
const rmse: Metric = { name: 'RMSE', better: 'lower', isShare: false }
const rows = { train: 400, test: 100 }

/** A curve of two sizes, from half to all of the rows, with the scores of its folds: what it gains is what a doubling brings. */
const curve = (test: [number[], number[]], training: number[]) =>
  test.map((folds, i) => ({ share: i === 0 ? 0.5 : 1, rows: i === 0 ? 200 : 400, training: spreadOf(training), test: spreadOf(folds) }))

const steady = [0.8, 0.802, 0.798, 0.801, 0.799]
const plus = (values: number[], more: number[]) => values.map((value, i) => value + (more[i] ?? 0))

describe('verdict of a learning curve', () => {
  test.each<[string, number[], number[], LearningCurveReport['verdict']['rows'], LearningCurveReport['verdict']['fit'], RegExp]>([
    [
      'still rising, and agreeing with training',
      plus(steady, [0.02, 0.021, 0.019, 0.02, 0.02]),
      plus(steady, [0.022, 0.021, 0.022, 0.02, 0.021]),
      'more rows help',
      'agrees',
      /^More rows would help: the test macro F1 gets better by 2\.0 points with each doubling of the rows \(95 % 1\.9 to 2\.1\), and got better by 2\.0 points from 50 % to all rows\. Training and test agree: on training rows macro F1 is 0\.1 points better/,
    ],
    [
      'level, and far below training',
      plus(steady, [0.001, 0, 0.001, -0.001, 0.001]),
      [0.99, 0.991, 0.992, 0.989, 0.99],
      'levelled off',
      'overfits',
      /^It has levelled off: the test macro F1 gets better by 0\.0 points with each doubling of the rows \(95 % −0\.1 to 0\.2\), .*; more rows of this kind would hardly help\. It overfits: on its training rows macro F1 is 19\.0 points better than on test rows \(95 % /,
    ],
    [
      'rising within its noise',
      plus(steady, [0.05, -0.03, 0.04, -0.02, 0.05]),
      plus(steady, [0.1, -0.05, 0.1, -0.02, 0.1]),
      'unclear',
      'unclear',
      /^Whether more rows would help is unclear: the test macro F1 gets better by 1\.8 points with each doubling of the rows \(95 % −[4-9]\.\d to \d+\.\d\), .* More folds tell more\. On its training rows/,
    ],
    [
      'surely rising, but by less than anybody would collect rows for',
      plus(steady, [0.002, 0.0021, 0.0019, 0.002, 0.002]),
      steady,
      'levelled off',
      'agrees',
      /^It has levelled off: .* by 0\.2 points/,
    ],
    [
      'falling',
      plus(steady, [-0.02, -0.021, -0.02, -0.019, -0.02]),
      steady,
      'levelled off',
      'agrees',
      /gets worse by 2\.0 points with each doubling of the rows \(95 % −2\.1 to −1\.9\)/,
    ],
  ])('%s', (_name, last, training, ofRows, ofFit, sentence) => {
    const { verdict } = judgeCurve(curve([steady, last], training), f1, rows)
    expect(verdict).toEqual({ rows: ofRows, fit: ofFit, sentence: expect.stringMatching(sentence) })
  })

  test('the gain and its interval are those of the corrected t-test', () => {
    const last = plus(steady, [0.03, 0.01, 0.02, 0.02, 0.04])
    const { gain } = judgeCurve(curve([steady, last], steady), f1, rows)
    const tested = correctedResampledTTest([0.03, 0.01, 0.02, 0.02, 0.04], rows)
    expect(gain.value).toBeCloseTo(0.024, 12)
    expect(gain.interval?.low).toBeCloseTo(tested?.low ?? 0, 12)
    expect(gain.interval?.high).toBeCloseTo(tested?.high ?? 0, 12)
  })

  test('of errors less is better, and changes count by their size', () => {
    const before = [1000, 1010, 990, 1005, 995]
    const { verdict, gain, gap } = judgeCurve(
      curve([before, plus(before, [-100, -101, -99, -100, -100])], [600, 601, 599, 600, 602]),
      rmse,
      rows,
    )
    expect(gain.value).toBeCloseTo(100, 9)
    expect(gap.value).toBeGreaterThan(250)
    expect(verdict).toMatchObject({ rows: 'more rows help', fit: 'overfits' })
    expect(verdict.sentence).toMatch(/the test RMSE gets better by 100 with each doubling of the rows \(95 % 98\.\d+ to 101\.\d\)/)
    // ten of a thousand are not worth more rows
    expect(judgeCurve(curve([before, plus(before, [-5, -5, -5, -6, -4])], before), rmse, rows).verdict.rows).toBe('levelled off')
  })

  test('a doubling is the slope over the later sizes, as numpy.polyfit(log2(rows), score, 1) fold by fold; how it began does not count', () => {
    const sizes = [40, 80, 160, 280, 400]
    const folds = [
      [0.3, 0.71, 0.72, 0.72, 0.74],
      [0.4, 0.7, 0.72, 0.73, 0.73],
    ]
    const points = sizes.map((rows, i) => ({
      share: rows / 400,
      rows,
      training: spreadOf([1, 1]),
      test: spreadOf(folds.map((scores) => scores[i] ?? 0)),
    }))
    expect(judgeCurve(points, f1, rows).doubling.value).toBeCloseTo((0.01091231940037849 + 0.013404605139390334) / 2, 9)
  })

  test('a rise that has ended is no reason for more rows', () => {
    const sizes = [80, 200, 400]
    const scores = [0.6, 0.8, 0.799]
    const points = sizes.map((rows, i) => ({
      share: rows / 400,
      rows,
      training: spreadOf(steady),
      test: spreadOf(steady.map((value) => value - 0.8 + (scores[i] ?? 0))),
    }))
    expect(judgeCurve(points, f1, rows).verdict.rows).toBe('unclear')
  })
})
