import { describe, expect, test } from 'vitest'
import { formatFigure } from '#core/words/format'
import { type ParallelAxis, prepareParallelCoordinates } from './prepare-parallel-coordinates.ts'
import { prepareTradeOff } from './prepare-trade-off.ts'

const lines = [
  { name: 'a', colour: 'r' },
  { name: 'b', colour: 'g' },
  { name: 'c', colour: 'b' },
]
const parallel = (...axes: ParallelAxis[]) => prepareParallelCoordinates({ axes, lines, format: String }, 400, 200)
const placesOf = (axis: ParallelAxis) => {
  const { frame, lines: drawn } = parallel(axis, { name: 'other', values: [1, 2, 3] })
  const share = (y: number) => Math.round(((frame.bottom - y) / (frame.bottom - frame.top)) * 100) / 100
  return drawn.map(({ dots }) => dots.filter(({ key }) => key === '0').map(({ y }) => share(y))[0])
}

describe('parallel coordinates', () => {
  test.each<[string, ParallelAxis['values'], (number | undefined)[]]>([
    ['numbers in proportion', [0, 5, 10], [0, 0.5, 1]],
    ['over magnitudes by their logarithm', [0.1, 1, 10], [0, 0.5, 1]],
    ['0 has no logarithm', [0, 1, 1000], [0, 0, 1]],
    ['words by the alphabet', ['b', 'a', 'c'], [0.5, 0, 1]],
    ['one value in the middle', [3, 3, 3], [0.5, 0.5, 0.5]],
    ['missing has no place', [1, null, 2], [0, undefined, 1]],
  ])('%s', (_name, values, expected) => expect(placesOf({ name: 'p', values })).toEqual(expected))

  test('missing is a gap in the line, and said so', () => {
    const chart = parallel({ name: 'p', values: [1, 2, 3] }, { name: 'q', values: [null, 2, 3] }, { name: 'r', values: [1, 2, 3] })
    expect(chart.lines[0]?.path.match(/[ML]/g)).toEqual(['M', 'M'])
    expect(chart.lines[1]?.path.match(/[ML]/g)).toEqual(['M', 'L', 'L'])
    expect(chart.stops[1]?.lines.map(({ value }) => value)).toEqual(['none', '2', '3'])
  })
  test('one axis alone is no picture', () => expect(parallel({ name: 'p', values: [1, 2, 3] }).isEmpty).toBe(true))
  test('all stays inside of the picture', () => {
    const { frame, axes } = parallel({ name: 'p', values: [1, 2, 3] }, { name: 'a very long name of a metric', values: [1, 2, 3] })
    expect(axes.at(-1)?.x).toBeLessThan(frame.width - 80)
    expect(axes.at(-1)?.name).toBe('a very long name…')
  })
})

describe('trade-off', () => {
  const points = [
    { name: 'cheap', colour: 'r', x: 1, y: 0.8 },
    { name: 'good', colour: 'g', x: 5, y: 0.9 },
    { name: 'neither', colour: 'b', x: 6, y: 0.85 },
  ]
  const of = (better: 'higher' | 'lower' | undefined) =>
    prepareTradeOff({ points, x: { name: 'seconds', better: 'lower' }, y: { name: 'accuracy', better }, format: String }, 300, 200)
  test('what nothing beats in both is marked and named', () => {
    expect(of('higher').dots.map(({ isBest }) => isBest)).toEqual([true, true, false])
    expect(of('higher').names.map(({ text, anchor }) => [text, anchor])).toEqual([
      ['cheap', 'start'],
      ['good', 'end'],
    ])
  })
  test('ticks of one axis have the same decimals', () => {
    const wide = points.map((point, i) => ({ ...point, x: 5 + i * 4 }))
    const { xTicks } = prepareTradeOff({ points: wide, x: { name: 'seconds' }, y: { name: 'accuracy' }, format: formatFigure }, 500, 200)
    expect(xTicks.map(({ label }) => label)).toEqual(['6', '8', '10', '12'])
  })
  test('nothing is marked where nobody knows which way is better', () => {
    expect(of(undefined).dots.every(({ isBest }) => !isBest)).toBe(true)
  })
  test('equal points beat each other in nothing', () => {
    const twin = { colour: 'r', x: 1, y: 1 }
    const { dots } = prepareTradeOff(
      {
        points: [
          { name: 'a', ...twin },
          { name: 'b', ...twin },
        ],
        x: { name: 'x', better: 'higher' },
        y: { name: 'y', better: 'higher' },
        format: String,
      },
      300,
      200,
    )
    expect(dots.map(({ isBest }) => isBest)).toEqual([true, true])
  })
})
