import { describe, expect, test } from 'vitest'
import { prepareBars } from './prepare-bars.ts'
import { prepareCalibration } from './prepare-calibration.ts'
import { prepareConfusion } from './prepare-confusion.ts'
import { prepareCurves } from './prepare-curves.ts'
import { prepareDriftMap } from './prepare-drift-map.ts'
import { prepareGantt } from './prepare-gantt.ts'
import { prepareHistogram } from './prepare-histogram.ts'
import { binWords, prepareHistogramPair } from './prepare-histogram-pair.ts'
import { type LinesInput, prepareLines } from './prepare-lines.ts'
import { prepareScatter } from './prepare-scatter.ts'
import { prepareShares } from './prepare-shares.ts'
import { prepareSparkline } from './prepare-sparkline.ts'

const minute = 60_000
const start = new Date(2026, 10, 23, 12).getTime()
const times = [0, 1, 2, 3, 4].map((i) => start + i * minute)
const domain = [start, start + 4 * minute] as const

function linesOf(values: (number | null)[], more: Partial<LinesInput> = {}) {
  return prepareLines(
    { x: times, xKind: 'time', series: [{ name: 'p99', colour: 'c', values, isNamed: true }], format: String, ...more },
    300,
    142,
  )
}

describe('lines', () => {
  test('missing is a gap, not a zero', () => {
    const path = linesOf([1, 2, null, 3, 4]).lines[0]?.path ?? ''
    expect(path.match(/M/g)).toHaveLength(2)
    expect(linesOf([null, null, null, null, null]).isEmpty).toBe(true)
  })
  test('a value between two gaps is a dot', () => expect(linesOf([1, 2, null, 3, null]).dots).toHaveLength(1))
  test('the limit is inside of the plot, even when no value comes near', () => {
    const chart = linesOf([1, 1, 1, 1, 1], { limit: { name: 'limit', value: 40 } })
    const rule = chart.rules[0]
    expect(rule?.kind).toBe('limit')
    expect(rule?.y).toBeGreaterThanOrEqual(chart.frame.top)
  })
  test.each([4, 8, 11, 17, 40])('the times under %i minutes stand clear of each other', (minutes) => {
    const { xTicks } = linesOf([1, 1, 1, 1, 1], { domain: [start, start + minutes * minute] })
    const gaps = xTicks.slice(1).map((tick, i) => tick.at - (xTicks[i]?.at ?? 0))
    // "12:34" is 27 px wide.
    expect(Math.min(...gaps)).toBeGreaterThan(36)
  })
  test('ticks that a format cannot tell apart get more decimals', () => {
    const ticks = linesOf([0.991, 0.993, 0.992, 0.994, 0.991], { yFrom: 0.99, yTo: 1, format: (v) => v.toFixed(1) }).yTicks
    expect(new Set(ticks.map((tick) => tick.label)).size).toBe(ticks.length)
  })
  test('the read-out names every series, and says so where there is no data', () => {
    expect(linesOf([1, 2, null, 3, 4]).stops[2]).toMatchObject({ title: '12:02', lines: [{ label: 'p99', value: 'no data' }] })
  })
  test('the name of a line that starts late stands before it', () => {
    expect(linesOf([null, null, null, null, 5]).names[0]).toMatchObject({ anchor: 'end' })
    expect(linesOf([1, 2, 3, 4, 5]).names[0]).toMatchObject({ anchor: 'start' })
  })
  test('names of lines that start at the very bottom are still apart', () => {
    const series = ['p99', 'p95', 'p50'].map((name, i) => ({ name, colour: 'c', values: [3 - i, 100, 100, 100, 100], isNamed: true }))
    const { names, frame } = linesOf([], { series })
    const ys = names.map((name) => name.y)
    expect(names.map((name) => name.text)).toEqual(['p99', 'p95', 'p50'])
    expect(ys.slice(1).map((y, i) => y - (ys[i] ?? 0))).toEqual([12, 12])
    expect(Math.max(...ys)).toBeLessThanOrEqual(frame.bottom)
  })
  test('marks outside of what is shown are left out, and a name only stands where it has room', () => {
    const input = { x: [0, 50, 100], xKind: 'number' as const, series: [{ name: 'a', colour: 'c', values: [1, 2, 3] }], format: String }
    const marks = [-1, 10, 12, 60, 99].map((at) => ({ at, name: `at ${at}` }))
    const prepared = prepareLines({ ...input, marks }, 400, 100)
    expect(prepared.marks.map(({ name }) => name)).toEqual([null, 'at 12', 'at 60', null])
    expect(prepareLines(input, 400, 100).marks).toEqual([])
  })

  test('the words of a limit keep away from the series and from the names of marks', () => {
    const input = { x: [0, 100], xKind: 'number' as const, series: [{ name: 'a', colour: 'c', values: [8, 9] }], format: String, yTo: 20 }
    const rule = (value: number, marks = [{ at: 50, name: 'v2' }]) => {
      const { rules, frame } = prepareLines({ ...input, marks, limit: { name: 'limit', value } }, 400, 100)
      return { ...rules[0], left: frame.left + 4, right: frame.right }
    }
    const [below, above, top, plain] = [rule(6), rule(14), rule(20), rule(14, [])]
    expect([below.text?.y, above.text?.y, top.text?.y]).toEqual([(below.y ?? 0) + 12, (above.y ?? 0) - 5, (top.y ?? 0) + 12])
    expect(above.text).toMatchObject({ x: above.left, anchor: 'start' })
    expect(plain.text).toMatchObject({ x: plain.right, y: (plain.y ?? 0) - 5, anchor: 'end' })
  })

  test('values beyond the strip limit are marked', () => {
    const strip = { name: 'low', values: [0.1, 0.2, null, 0.3, 0], isOver: (v: number) => v > 0.15, format: String }
    expect(linesOf([1, 1, 1, 1, 1], { strip }).strip?.bars.map((bar) => bar.isOver)).toEqual([false, true, true, false])
  })
})

test('bars: test traffic is stacked on real traffic, errors stand before both', () => {
  const input = {
    starts: times.slice(0, 4),
    stepMs: minute,
    domain,
    layers: [
      { name: 'requests', look: 'amount', values: [4, 0, 0, 2] },
      { name: 'test', look: 'test', values: [4, 0, 0, 0] },
      { name: 'errors', look: 'bad', values: [1, 0, 0, 0] },
    ],
    format: String,
  } as const
  const { bars, frame } = prepareBars(input, 300, 142)
  expect(bars.map((bar) => bar.look)).toEqual(['amount', 'test', 'bad', 'amount'])
  const [real, tested, bad] = bars
  expect(tested && real && tested.y + tested.height).toBeCloseTo(real?.y ?? 0, 1)
  expect(bad && bad.y + bad.height).toBeCloseTo(frame.bottom, 1)
  expect(prepareBars({ ...input, layers: [] }, 300, 142).isEmpty).toBe(true)
})

describe('shares', () => {
  const input = {
    x: times,
    domain,
    classes: [
      { name: 'ham', counts: [3, 3, 0, 1, 1], reference: 80 },
      { name: 'spam', counts: [1, 1, 0, 1, 1], reference: 20 },
    ],
  }
  test('sum to one, training beside them, a bucket without answers is a gap', () => {
    const chart = prepareShares(input, 400, 192)
    expect(chart.layers[0]?.path.match(/M/g)).toHaveLength(2)
    const heights = chart.layers.map((layer) => layer.reference?.height ?? 0)
    expect(heights.reduce((a, b) => a + b)).toBeCloseTo(chart.frame.bottom - chart.frame.top, 0)
    expect(chart.stops[2]?.lines[0]?.value).toBe('no data')
  })
  test('of many classes are the five largest and all others', () => {
    const classes = Array.from({ length: 77 }, (_, i) => ({ name: `c${i}`, counts: [i], reference: null }))
    const names = prepareShares({ x: [start], domain, classes }, 400, 192).layers.map((layer) => layer.name)
    expect(names).toEqual(['c72', 'c73', 'c74', 'c75', 'c76', '72 others'])
  })
})

describe('histogram pair', () => {
  test('each side is shares of its own rows, missing values included', () => {
    const chart = prepareHistogramPair(
      { bins: { labels: ['a', 'b'] }, reference: [50, 50], current: [1, 1], missing: { reference: 0, current: 2 } },
      300,
      120,
    )
    expect(chart.stops.map((stop) => stop.lines.map((line) => line.value))).toEqual([
      ['50.0 %', '25.0 %'],
      ['50.0 %', '25.0 %'],
      ['0.0 %', '50.0 %'],
    ])
  })
  test('many categories are the largest and the rest', () => {
    const labels = Array.from({ length: 30 }, (_, i) => `v${i}`)
    const counts = labels.map((_, i) => i)
    const chart = prepareHistogramPair(
      { bins: { labels }, reference: counts, current: counts, missing: { reference: 0, current: 0 } },
      300,
      120,
    )
    expect(chart.pairs).toHaveLength(12)
    expect(chart.stops.at(-1)?.title).toBe('19 others')
  })
  test.each([
    [
      [0, 6, 12, 23],
      ['under 6', '6 to 12', 'from 12'],
    ],
    [
      [7, 7, 7.0000000000000009, 8],
      ['under 7', '7', 'from 7'],
    ],
    [[3, 3], ['all']],
  ])('bins %j are called %j', (edges, words) => expect(binWords(edges)).toEqual(words))
})

test('confusion: right cells on the blue ramp, wrong ones on the warm one, by share of the true class', () => {
  const chart = prepareConfusion(
    ['ham', 'spam'],
    [
      [98, 2],
      [30, 70],
    ],
    400,
  )
  expect(chart.cells.map((cell) => cell.fill)).toEqual(['var(--seq-5)', 'var(--warm-1)', 'var(--warm-5)', 'var(--seq-4)'])
  expect(chart.isWritten).toBe(true)
  expect(
    prepareConfusion(
      Array.from({ length: 90 }, (_, i) => `class ${i}`),
      [],
      400,
    ).isWritten,
  ).toBe(false)
})

test('curves: the read-out gives the best point that is still reached', () => {
  const points = [
    { x: 0, y: 1, threshold: 0.99 },
    { x: 0.8, y: 0.9, threshold: 0.5 },
    { x: 1, y: 0.3, threshold: 0 },
  ]
  const chart = prepareCurves([{ name: 'spam', colour: 'c', points }], 300, 240, 'precision-recall')
  expect(chart.stops[30]).toMatchObject({ title: 'recall 0.60', lines: [{ label: 'spam', value: '0.900' }] })
  expect(chart.curves[0]?.half).not.toBeNull()
  expect(chart.diagonal).toBeNull()
  expect(prepareCurves([], 300, 240, 'roc').diagonal).not.toBeNull()
})

test('calibration: bins with few rows have wide intervals and are not called the worst', () => {
  const bins = [
    { from: 0.4, to: 0.6, rows: 3, confidence: 0.5, accuracy: 0 },
    { from: 0.6, to: 0.8, rows: 400, confidence: 0.7, accuracy: 0.6 },
    { from: 0.8, to: 1, rows: 0, confidence: 0, accuracy: 0 },
  ]
  const chart = prepareCalibration(bins, 300, 250)
  expect(chart.points).toHaveLength(2)
  const [few, many] = chart.points
  expect((few?.low ?? 0) - (few?.high ?? 0)).toBeGreaterThan(2 * ((many?.low ?? 0) - (many?.high ?? 0)))
  expect(chart.worst?.text).toBe('says 0.70, true 0.60')
  expect(chart.before).toBe('')
  const earlier = [{ from: 0.2, to: 0.4, rows: 5, confidence: 0.3, accuracy: 0.9 }, ...bins]
  const both = prepareCalibration(bins, 300, 250, earlier)
  // the axis has room for the earlier bins, which are a line and nothing more
  expect([both.before.split('L').length, both.points.length, both.bars.length]).toEqual([3, 2, 2])
  expect(both.points[0]?.x).toBeGreaterThan(chart.points[0]?.x ?? 0)
})

test('drift map: hollow without enough data, a triangle beyond the limit', () => {
  const starts = times.map((ms) => new Date(ms))
  const cells = [
    { level: 0, state: 'not-enough-data' },
    { level: 5, state: 'drifted' },
    { level: 1, state: 'stable' },
  ] as const
  const [row] = prepareDriftMap({ starts, stepMs: minute, rows: [{ name: 'body', cells }] }, 300).rows
  expect(row?.cells.map((cell) => [cell.fill, cell.isDrifted])).toEqual([
    [null, false],
    ['var(--warm-5)', true],
    ['var(--warm-1)', false],
    [null, false],
    [null, false],
  ])
  expect(row?.cells[1]?.title).toBe('body, 23 Nov, 12:01 to 12:02: drifted')
})

test('gantt: bars on one clock; what never started has none, what runs reaches now', () => {
  const row = { key: 'a', name: 'a', status: 'done', startMs: 0, endMs: 1000 } as const
  const chart = prepareGantt(
    [
      row,
      { ...row, key: 'b', status: 'running', startMs: 1000, endMs: null },
      { ...row, key: 'c', status: 'skipped', startMs: null, endMs: 5 },
    ],
    2000,
    464,
  )
  expect(chart.bars.map(({ key, x, width }) => ({ key, x, width }))).toEqual([
    { key: 'a', x: 0, width: 200 },
    { key: 'b', x: 200, width: 200 },
  ])
  expect(prepareGantt([], 0, 300).bars).toEqual([])
})

test('sparkline: the newest known value is marked, gaps stay gaps', () => {
  const spark = prepareSparkline([1, null, 3, 2, null], 56, 18)
  expect(spark.line.match(/M/g)).toHaveLength(2)
  expect(spark.last?.x).toBeCloseTo(1 + (3 / 4) * 52)
  expect(prepareSparkline([null, null], 56, 18).isEmpty).toBe(true)
})

describe('scatter', () => {
  const scatterOf = (points: { x: number; y: number }[], perfect: 'diagonal' | 'zero') =>
    prepareScatter({ points, perfect, xName: 'true', yName: 'predicted', format: String, formatTick: String }, 320, 250)
  test('with the diagonal both axes have one range, so that it is one', () => {
    const { frame, perfect, dots } = scatterOf(
      [
        { x: 0, y: 50 },
        { x: 100, y: 100 },
      ],
      'diagonal',
    )
    expect(perfect).toBe(`M${frame.left} ${frame.bottom}L${frame.right} ${frame.top}`)
    // 100 stands as far from the right edge as from the top, each as a share of its axis
    const [far] = dots.slice(-1)
    expect((frame.right - (far?.x ?? 0)) / (frame.right - frame.left)).toBeCloseTo(
      ((far?.y ?? 0) - frame.top) / (frame.bottom - frame.top),
      2,
    )
  })
  test('residuals have 0 in the picture, even when all are above it', () => {
    const { frame, perfect } = scatterOf(
      [
        { x: 1, y: 5 },
        { x: 2, y: 6 },
      ],
      'zero',
    )
    const [from, to] = (perfect.match(/[\d.]+/g) ?? []).map(Number).filter((_, i) => i % 2 === 1)
    expect(from).toBe(to)
    expect(from).toBeLessThan(frame.bottom)
  })
  test.each([[[]], [[{ x: 3, y: 3 }]], [[{ x: 0, y: 0 }]], [[{ x: 1e30, y: -1e30 }]]])('%j has only finite places', (points) => {
    const chart = scatterOf(points, 'diagonal')
    expect(chart.isEmpty).toBe(points.length === 0)
    expect(chart.perfect).not.toMatch(/NaN|Infinity/)
    expect(chart.dots.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true)
  })
})

describe('histogram', () => {
  const histogramOf = (edges: number[], counts: number[]) =>
    prepareHistogram({ edges, counts, format: String, formatTick: String }, 320, 200)
  test('bars stand side by side, and empty bins have none', () => {
    const { bars, frame, zero } = histogramOf([-2, -1, 0, 1, 2], [1, 0, 4, 2])
    expect(bars).toHaveLength(3)
    expect(bars[1]?.x).toBeCloseTo(zero ?? 0, 1)
    expect(bars[1]?.height).toBeGreaterThan(bars[2]?.height ?? 0)
    expect(Math.max(...bars.map((bar) => bar.x + bar.width))).toBeLessThanOrEqual(frame.right)
  })
  test('all in one place is a bar in the middle; without 0 there is no mark', () => {
    const { bars, frame, zero, isEmpty } = histogramOf([5, 5], [7])
    expect([zero, isEmpty]).toEqual([null, false])
    expect(bars[0]?.x).toBeCloseTo((frame.left + frame.right) / 2, -1)
    expect(histogramOf([0, 0], [0]).isEmpty).toBe(true)
  })
})
