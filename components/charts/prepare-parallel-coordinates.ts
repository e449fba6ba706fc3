import { scaleLinear, scaleLog, scalePoint } from 'd3-scale'
import { type Frame, frameOf, round, type Stop, type Tick } from './frame.ts'

/** Numbers and words of one property; null where a line has none. */
export type ParallelAxis = { name: string; values: readonly (number | string | null)[]; better?: 'higher' | 'lower' | undefined }

export type ParallelCoordinatesInput = {
  axes: readonly ParallelAxis[]
  /** In the order of each axis' values. */
  lines: readonly { name: string; colour: string }[]
  format(value: number): string
}

export type PreparedParallelCoordinates = {
  frame: Frame
  /** Fewer than two axes, or no line. */
  isEmpty: boolean
  axes: { key: string; x: number; name: string; note: string | null; ticks: Tick[] }[]
  lines: { name: string; colour: string; path: string; dots: { key: string; x: number; y: number }[] }[]
  stops: Stop[]
}

/** Room that an axis needs for its name and the words beside it. */
const axisWidth = 104
const longestName = 17
const longestTick = 12
/** From there on, numbers that are all above 0 are told apart by their order of magnitude. */
const logFrom = 100

/** The width at which every axis has its room; a narrower box scrolls. */
export function parallelWidth(axes: number, width: number): number {
  return Math.max(width, axes * axisWidth)
}

/** Decides parallel coordinates of some properties: an axis each, a line per thing that has them; a missing value is a gap. */
export function prepareParallelCoordinates(
  { axes, lines, format }: ParallelCoordinatesInput,
  width: number,
  height: number,
): PreparedParallelCoordinates {
  const frame = frameOf(width, height, { left: 12, right: axisWidth - 12, top: 34, bottom: 10 })
  const x = (i: number) => round(frame.left + (i / Math.max(1, axes.length - 1)) * (frame.right - frame.left))
  const scales = axes.map((axis) => scaleOf(axis, frame, format))
  return {
    frame,
    isEmpty: axes.length < 2 || lines.length === 0,
    axes: axes.map((axis, i) => ({
      key: `${i} ${axis.name}`,
      x: x(i),
      name: cut(axis.name, longestName),
      note: axis.better ? `${axis.better} is better` : null,
      ticks: scales[i]?.ticks ?? [],
    })),
    lines: lines.map(({ name, colour }, line) => {
      const places = axes.map((axis, i) => placeOf(axis.values[line] ?? null, scales[i]))
      return {
        name,
        colour,
        path: pathOf(places, x),
        dots: places.flatMap((y, i) => (y === null ? [] : [{ key: `${i}`, x: x(i), y }])),
      }
    }),
    stops: axes.map((axis, i) => ({
      at: x(i),
      title: axis.name,
      lines: lines.map(({ name, colour }, line) => ({ label: name, colour, value: words(axis.values[line] ?? null, format) })),
    })),
  }
}

type Scale = { at(value: number | string): number | undefined; ticks: Tick[] }

function scaleOf({ values }: ParallelAxis, frame: Frame, format: (value: number) => string): Scale {
  const known = values.filter((value) => value !== null)
  const numbers = known.filter((value) => typeof value === 'number')
  if (numbers.length < known.length) {
    const names = [...new Set(known.map(String))].sort()
    const scale = scalePoint<string>().domain(names).range([frame.bottom, frame.top])
    const at = (value: number | string) => (names.length === 1 ? middle(frame) : scale(String(value)))
    return { at, ticks: names.map((name) => ({ at: round(at(name) ?? 0), label: cut(name, longestTick) })) }
  }
  const low = Math.min(...numbers)
  const high = Math.max(...numbers)
  const ends = [...new Set([low, high])].filter(Number.isFinite)
  const isLog = low > 0 && high / low >= logFrom
  const scale = (isLog ? scaleLog() : scaleLinear()).domain([low, high]).range([frame.bottom, frame.top])
  const at = (value: number | string) => (ends.length < 2 ? middle(frame) : scale(Number(value)))
  return { at, ticks: ends.map((value) => ({ at: round(at(value)), label: format(value) })) }
}

function placeOf(value: number | string | null, scale: Scale | undefined): number | null {
  const y = value === null ? undefined : scale?.at(value)
  return y === undefined || !Number.isFinite(y) ? null : round(y)
}

function pathOf(places: readonly (number | null)[], x: (i: number) => number): string {
  return places.map((y, i) => (y === null ? '' : `${i === 0 || places[i - 1] === null ? 'M' : 'L'}${x(i)} ${y}`)).join('')
}

const middle = ({ top, bottom }: Frame) => (top + bottom) / 2

function words(value: number | string | null, format: (value: number) => string): string {
  if (value === null) return 'none'
  return typeof value === 'number' ? format(value) : cut(value, 28)
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}
