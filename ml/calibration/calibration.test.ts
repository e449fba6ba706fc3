import { describe, expect, test } from 'vitest'
import type { ThresholdGoal } from '#core/model/answering'
import golden from '../fixtures/golden-calibration.json'
import { type Calibration, calibratedProbabilities } from './calibration'
import { fitCalibration } from './fit-calibration'
import { fitIsotonic, mirrored, poolAdjacentViolators, readCurve } from './isotonic'
import { logOddsRows } from './log-odds'
import { fitSigmoid } from './sigmoid'
import { fitTemperature } from './temperature'
import { answersOf, chooseThreshold, positiveOf } from './threshold'

const gap = (mine: ArrayLike<number>, theirs: readonly number[]) =>
  mine.length === theirs.length ? Math.max(...theirs.map((value, i) => Math.abs(value - (mine[i] ?? Number.NaN)))) : Number.NaN

describe('temperature', () => {
  test('finds back the factor that logits were multiplied by', async () => {
    // rows whose labels follow softmax(z) exactly in frequency: 1000 rows of p = (0.8, 0.2), 1000 of (0.4, 0.6)
    const logits = new Float32Array(4000)
    const labels = new Int32Array(2000)
    for (let row = 0; row < 2000; row++) {
      const p = row < 1000 ? 0.8 : 0.4
      logits[row * 2] = 3 * Math.log(p)
      logits[row * 2 + 1] = 3 * Math.log(1 - p)
      labels[row] = row % 1000 < p * 1000 ? 0 : 1
    }
    expect(await fitTemperature(logits, labels, 2)).toBeCloseTo(3, 4)
  })
  test('stays in its bounds when all rows are right', async () => {
    expect(await fitTemperature(Float32Array.of(1, 0, 0, 1), Int32Array.of(0, 1), 2)).toBeGreaterThanOrEqual(0.02)
  })
})

describe.each(['two', 'three'] as const)('golden numbers of %s classes', (name) => {
  const set = golden[name]
  const [y, classes] = [Int32Array.from(set.y), set.classes]
  const scores = Float32Array.from(set.scores)
  test('sigmoid', async () => {
    const calibration = await fitCalibration('sigmoid', { scores, y, classes })
    expect(gap(calibratedProbabilities(Float32Array.from(set.unseen), calibration, classes), set.sigmoid)).toBeLessThan(2e-6)
  })
  test('isotonic', async () => {
    const odds = logOddsRows(scores.slice(), classes)
    const curves = await Promise.all(
      Array.from({ length: classes }, (_, k) =>
        fitIsotonic(
          Float32Array.from(y, (_, row) => odds[row * classes + k] ?? 0),
          Uint8Array.from(y, (label) => (label === k ? 1 : 0)),
          { steepest: Number.POSITIVE_INFINITY },
        ),
      ),
    )
    const calibration: Calibration = { method: 'isotonic', curves }
    expect(gap(calibratedProbabilities(Float32Array.from(set.unseen), calibration, classes), set.isotonic)).toBeLessThan(2e-6)
  })
})

describe('sigmoid', () => {
  test('golden slope and intercept', async () => {
    const { x, y, slope, intercept, exact } = golden.platt
    const mine = await fitSigmoid(x, Uint8Array.from(y))
    expect(gap(mine, [slope, intercept])).toBeLessThan(1e-5)
    expect(gap(mine, exact)).toBeLessThan(1e-7)
  })
  test.each<[string, number[], number[]]>([
    ['a single row', [2], [1]],
    ['one value everywhere', [3, 3, 3, 3], [1, 0, 0, 0]],
    ['one value far out', new Array(50).fill(-69.07755), Array.from({ length: 50 }, (_, i) => (i % 3) % 2)],
    ['rows that a value parts', [-69, -60, 60, 69], [0, 0, 1, 1]],
    ['no positive row', [1, 2, 3], [0, 0, 0]],
    ['values upside down', [5, 4, -4, -5], [0, 0, 1, 1]],
  ])('%s gives finite numbers', async (_name, x, y) => {
    const [slope, intercept] = await fitSigmoid(x, Uint8Array.from(y))
    expect(Number.isFinite(slope) && Number.isFinite(intercept)).toBe(true)
    if (new Set(x).size === 1) expect(Math.abs(slope)).toBeLessThan(1e-3)
    const mean = x.reduce((sum, value) => sum + 1 / (1 + Math.exp(-(slope * value + intercept))), 0) / x.length
    expect(mean).toBeGreaterThan(0)
    expect(mean).toBeLessThan(1)
  })
})

describe('isotonic', () => {
  const { x, rows, sums, knots, values, at, predicted } = golden.isotonic
  test('golden knots and values between them', () => {
    const curve = poolAdjacentViolators({ x, rows, sums })
    expect(gap(curve.x, knots)).toBeLessThan(1e-6)
    expect(gap(curve.y, values)).toBeLessThan(1e-7)
    expect(
      gap(
        at.map((value) => readCurve(curve, value)),
        predicted,
      ),
    ).toBeLessThan(1e-6)
  })
  test('a steep rise is widened until both runtimes can follow it, and knots stay within 200', async () => {
    const n = 4_000
    const odds = Float32Array.from({ length: n }, (_, i) => (i - n / 2) / 500)
    const parted = await fitIsotonic(
      odds,
      Uint8Array.from(odds, (value) => (value > 0.1 ? 1 : 0)),
      { steepest: 2 },
    )
    const [low, high] = [
      Math.max(...parted.x.filter((_, i) => parted.y[i] === 0)),
      Math.min(...parted.x.filter((_, i) => parted.y[i] === 1)),
    ]
    expect(high - low).toBeGreaterThanOrEqual(0.5)
    expect(high - low).toBeLessThan(1.1)
    const smooth = await fitIsotonic(
      odds,
      Uint8Array.from(odds, (_, i) => ((i * 7919) % n < i ? 1 : 0)),
      { steepest: 50 },
    )
    expect(smooth.x.length).toBeLessThanOrEqual(200)
  })
  test('of two classes each is what the other leaves', () => {
    const curve = poolAdjacentViolators({ x, rows, sums })
    for (const value of at) expect(readCurve(mirrored(curve), -value)).toBeCloseTo(1 - readCurve(curve, value), 6)
  })
  test('weights are repetitions, one row gives a level curve', () => {
    const twice = poolAdjacentViolators({ x, rows: rows.map((count) => 2 * count), sums: sums.map((sum) => 2 * sum) })
    expect(twice).toEqual(poolAdjacentViolators({ x, rows, sums }))
    const level = poolAdjacentViolators({ x: [3], rows: [1], sums: [1] })
    expect([-5, 3, 5].map((value) => readCurve(level, value))).toEqual([1, 1, 1])
  })
  test('curves that say next to nothing are filled by the scores', () => {
    const nothing = { x: Float32Array.of(0), y: Float32Array.of(0) }
    const probabilities = calibratedProbabilities(Float32Array.of(1, 1, 1), { method: 'isotonic', curves: [nothing, nothing, nothing] }, 3)
    expect(gap(probabilities, [1 / 3, 1 / 3, 1 / 3])).toBeLessThan(1e-6)
  })
})

test('log-odds stay finite, and keep what a float32 probability next to 1 would lose', () => {
  expect([...logOddsRows(Float32Array.of(40, 0, 0, 1e5, -3, -3), 2)].map((value) => Math.round(value * 1e4) / 1e4)).toEqual([
    40, -40, -69.0776, 69.0776, 0, 0,
  ])
})

describe('threshold', () => {
  const { p, y, goals } = golden.threshold
  const probabilities = Float32Array.from(p.flatMap((value) => [1 - value, value]))
  const labels = Int32Array.from(y)
  const choice = { positive: 'b', costFalsePositive: 3, costFalseNegative: 7 }
  test.each(['f1', 'balanced', 'cost'] satisfies ThresholdGoal[])('golden %s', (by) => {
    const { threshold, chosen, half } = chooseThreshold({ ...choice, by }, 1, { probabilities, y: labels })
    const { lowestCalled, highestLeft, merit, half: atHalf } = goals[by]
    expect(threshold).toBeCloseTo((lowestCalled + highestLeft) / 2, 6)
    expect([chosen, half].map((value) => value.toFixed(10))).toEqual([merit, atHalf].map((value) => value.toFixed(10)))
  })
  test('decides the answers, at or above it', () => {
    const two = Float32Array.of(0.7, 0.3, 0.4, 0.6)
    expect([...answersOf(two, 2, { positive: 1, threshold: Math.fround(0.3) })]).toEqual([1, 1])
    expect([...answersOf(two, 2, { positive: 0, threshold: 0.5 })]).toEqual([0, 1])
    expect([...answersOf(two, 2, null)]).toEqual([0, 1])
  })
  test('calls none when that is cheapest, even a certain row', () => {
    const sure = { probabilities: Float32Array.of(0, 1, 0, 1, 0, 1), y: Int32Array.of(0, 0, 1) }
    const { threshold } = chooseThreshold({ by: 'cost', positive: '', costFalsePositive: 100, costFalseNegative: 1 }, 1, sure)
    expect([...answersOf(sure.probabilities, 2, { positive: 1, threshold })]).toEqual([0, 0, 0])
  })
  test('the positive class is the named or the rarer one, of equals the second', () => {
    const of = (positive: string, y: number[]) => positiveOf({ by: 'f1', ...choice, positive }, ['a', 'b'], Int32Array.from(y))
    expect([of('', [0, 1, 1]), of('', [0, 0, 1]), of('', [0, 1]), of('a', [0, 0, 1])]).toEqual([0, 1, 1, 0])
    expect(() => of('c', [0, 1])).toThrow('There is no class "c" to be the positive one; the classes are "a" and "b".')
    expect(() => positiveOf({ by: 'f1', ...choice }, ['a', 'b', 'c'], Int32Array.of(0))).toThrow(/between two classes, and there are 3/)
  })
})

test('isotonic refuses more than 12 classes', async () => {
  const of = (classes: number) => fitCalibration('isotonic', { scores: new Float32Array(classes), y: Int32Array.of(0), classes })
  await expect(of(13)).rejects.toThrow('for at most 12 classes, and there are 13: choose sigmoid or temperature.')
  await expect(of(12)).resolves.toMatchObject({ method: 'isotonic' })
})
