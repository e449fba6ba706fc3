import { describe, expect, test } from 'vitest'
import type { SearchReport } from '#core/reports/search'
import type { SearchTrial } from '#core/tune/trial'
import { brushBetween, prepareParallel, scoreAxis, shareOfAxis } from './prepare-parallel.ts'
import { prepareTrials, trialWords } from './prepare-trials.ts'
import { sortTrials } from './sort-trials.ts'

const trial = (number: number, scores: number[], rest: Partial<SearchTrial> = {}): SearchTrial => ({
  number,
  params: { c: 10 ** (number - 1), on: number % 2 === 0 },
  status: 'finished',
  scores,
  share: 1,
  continues: null,
  seconds: 1,
  error: null,
  ...rest,
})
const trials = [
  trial(0, [0.5, 0.7]),
  trial(1, [0.8, 0.8]),
  trial(2, [0.3], { status: 'stopped' }),
  trial(3, [], { status: 'failed', error: 'No.', seconds: null, params: { c: 100, on: true } }),
  trial(4, [0.7, 0.7], { params: { c: 5, on: false } }),
]
const dimensions: SearchReport['dimensions'] = [
  { kind: 'real', path: 'c', low: 0.1, high: 100, log: true },
  { kind: 'choice', path: 'on', values: [false, true] },
]
const report = { trials, dimensions, metric: 'macro F1', direction: 'maximise', asked: 10 } as const
const format = (value: number) => value.toFixed(2)

describe('trials over time', () => {
  const of = (given: Partial<Parameters<typeof prepareTrials>[0]> = {}) => prepareTrials({ ...report, format, ...given }, 400, 200)
  const chart = of()
  test('the best so far only rises, and goes on to the last trial', () => {
    const [first, second] = [chart.dots[0], chart.dots[1]]
    const last = chart.stops.at(-1)
    expect(chart.best).toBe(`M${first?.x} ${first?.y}H${second?.x}V${second?.y}H${last?.at}`)
    expect(second?.y).toBeLessThan(first?.y ?? 0)
  })
  test('where less is better, the line falls', () => {
    expect(of({ direction: 'minimise' }).best).toBe(`M${chart.dots[0]?.x} ${chart.dots[0]?.y}H${chart.stops.at(-1)?.at}`)
  })
  test('a score on less data gives way to the first on more', () => {
    const path = of({ trials: [trial(0, [0.9], { share: 0.3 }), trial(1, [0.6])] }).best
    expect(path.match(/V/g)).toHaveLength(1)
  })
  test('a stopped trial is hollow, one without a score is a cross, the best is told from the others', () => {
    expect(chart.dots.map(({ key, isWhole, isBest }) => [key, isWhole, isBest])).toEqual([
      [0, true, false],
      [1, true, true],
      [2, false, false],
      [4, true, false],
    ])
    expect(chart.failed.map(({ key }) => key)).toEqual([3])
  })
  test('there is room for the trials to come', () => {
    expect(chart.stops.at(-1)?.at).toBeLessThan(chart.frame.left + (chart.frame.right - chart.frame.left) / 2)
  })
  test('the read-out gives score, spread and status', () => {
    expect(chart.stops[0]).toMatchObject({ title: 'Trial 1', lines: [{ value: '0.60 ± 0.14' }, { value: 'finished' }, { value: '1.0 s' }] })
    expect(trialWords(trial(2, [0.3], { status: 'stopped' }))).toBe('stopped after 1 fold')
  })
  test('a search without a score yet is empty', () => {
    expect(of({ trials: [] }).isEmpty).toBe(true)
    expect(of({ trials: [trial(0, [], { status: 'running' })] }).isEmpty).toBe(true)
  })
})

describe('parallel coordinates', () => {
  const of = (brushes = {}) => prepareParallel({ ...report, format, titleOf: (path) => path.toUpperCase(), brushes }, 400, 200)
  test('an axis per param and one for the score; a line per trial with a score, the best on top', () => {
    const { axes, lines } = of()
    expect(axes.map(({ title }) => title)).toEqual(['C', 'ON', 'macro F1'])
    expect(axes.map(({ ticks }) => ticks.map(({ label }) => label))).toEqual([
      ['0.1', '100'],
      ['false', 'true'],
      ['0.30', '0.80'],
    ])
    expect(lines.map(({ key }) => key)).toEqual([2, 0, 4, 1])
    expect(lines.map(({ rank }) => rank)).toEqual([0, 1 / 3, 2 / 3, 1])
  })
  test('a line lies where its values are', () => {
    const { axes, lines, frame } = of()
    // c = 1 is a third of the way from 0.1 to 100 by its logarithm; the best score is at the top.
    const y = frame.bottom - (frame.bottom - frame.top) / 3
    expect(lines.at(-1)?.path.startsWith(`M${axes[0]?.x} ${Number(y.toFixed(2))}`)).toBe(true)
    expect(lines.at(-1)?.path.endsWith(`L${axes[2]?.x} ${frame.top}`)).toBe(true)
  })
  test.each<[string, object, number[]]>([
    ['no brush takes all', {}, [2, 0, 4, 1]],
    ['a brush on the score', { [scoreAxis]: [0.7, 1] }, [4, 1]],
    ['two brushes take what both take', { [scoreAxis]: [0.5, 1], on: [0.5, 1] }, [0]],
  ])('%s', (_what, brushes, chosen) => {
    expect(of(brushes).chosen).toEqual(chosen)
  })
  test('a brush is drawn where it was dragged; a click is none', () => {
    const { frame, axes } = of({ c: [0.25, 0.75] })
    expect(axes[0]?.brush?.y).toBeCloseTo(frame.top + (frame.bottom - frame.top) / 4, 1)
    expect(shareOfAxis(frame, frame.top - 50)).toBe(1)
    expect(brushBetween(0.8, 0.2)).toEqual([0.2, 0.8])
    expect(brushBetween(0.5, 0.51)).toBeNull()
  })
  test('a trial of another space is left out', () => {
    const strange = [...trials, trial(5, [0.9, 0.9], { params: { c: 1e6, on: true } })]
    const chart = prepareParallel({ ...report, trials: strange, format, titleOf: String, brushes: {} }, 400, 200)
    expect(chart.lines.map(({ key }) => key)).not.toContain(5)
  })
})

describe('the table of trials', () => {
  test.each<[string, boolean, number[]]>([
    ['score', true, [1, 4, 0, 2, 3]],
    ['score', false, [2, 0, 4, 1, 3]],
    ['number', false, [4, 3, 2, 1, 0]],
    ['c', true, [0, 1, 4, 2, 3]],
    ['on', true, [1, 4, 0, 2, 3]],
    ['seconds', true, [0, 1, 2, 4, 3]],
  ])('by %s, upwards: %s', (by, isUp, numbers) => {
    expect(sortTrials(trials, { by, isUp }, 'maximise').map(({ number }) => number)).toEqual(numbers)
  })
})
