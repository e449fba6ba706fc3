import { area, line } from 'd3-shape'
import { clock, dayWords, type Frame, frameOf, round, type Stop, type Tick, timeScale, xScale, yScale } from './frame.ts'

export type LineSeries = {
  name: string
  colour: string
  /** Null is a gap. */
  values: readonly (number | null)[]
  /** 1 for the line that matters, less for those beside it. */
  opacity?: number
  /** Writes the name at the start of the line. */
  isNamed?: boolean
}

export type LinesInput = {
  /** Places on the x axis, ascending: ms since 1970 for `time`. */
  x: readonly number[]
  xKind: 'time' | 'number'
  /** What the axis spans; the first and last x when absent. */
  domain?: readonly [number, number]
  series: readonly LineSeries[]
  /** Behind the lines; read out after them. */
  bands?: readonly { name: string; colour: string; low: readonly (number | null)[]; high: readonly (number | null)[] }[]
  /** What only refers, for example the value in training: dashed grey. */
  reference?: { name: string; value: number } | undefined
  /** What should not be crossed: dashed red. */
  limit?: { name: string; value: number } | undefined
  /** A place on the x axis to point at. */
  mark?: number | undefined
  /** Places on the x axis with names, ascending: what was released or stepped there. */
  marks?: readonly { at: number; name: string }[]
  /** Small bars at the foot, on their own scale from 0; `isOver` paints them as a warning. */
  strip?: { name: string; values: readonly (number | null)[]; isOver(value: number): boolean; format(value: number): string }
  /** The y axis holds at least these. */
  yFrom?: number
  yTo?: number
  format(value: number): string
  /** Ticks of the y axis, when they are shorter than read-outs. */
  formatTick?(value: number): string
  /** An x axis of numbers that are counts: no ticks between them. */
  isWholeX?: boolean
  /** Ticks of an x axis of numbers, when they are not written as those of the y axis. */
  formatX?(value: number): string
  /** Head of a read-out on an x axis of numbers. */
  sayX?(value: number): string
}

export type PreparedLines = {
  frame: Frame
  isEmpty: boolean
  xTicks: Tick[]
  yTicks: Tick[]
  lines: { name: string; colour: string; opacity: number; path: string }[]
  /** Points that have a gap on both sides: a path would not show them. */
  dots: { x: number; y: number; colour: string; opacity: number }[]
  names: { x: number; y: number; text: string; anchor: 'start' | 'end' }[]
  bands: { name: string; path: string; colour: string }[]
  rules: { y: number; name: string; kind: 'reference' | 'limit'; text: { x: number; y: number; anchor: 'start' | 'end' } }[]
  mark: number | null
  /** Names that would run into the next one are left out. */
  marks: { x: number; name: string | null }[]
  strip: { name: string; y: number; bars: { x: number; y: number; width: number; height: number; isOver: boolean }[] } | null
  stops: Stop[]
}

const stripHeight = 22

/** Decides all of a line chart: scales, paths, where words go, what a read-out says. */
export function prepareLines(input: LinesInput, width: number, height: number): PreparedLines {
  // Names of marks stand above the lines.
  const whole = frameOf(width, height, input.marks?.length ? { top: 20 } : {})
  const frame = input.strip ? { ...whole, bottom: whole.bottom - stripHeight } : whole
  const [from, to] = input.domain ?? [input.x[0] ?? 0, input.x.at(-1) ?? 1]
  const x =
    input.xKind === 'time'
      ? timeScale(frame, from, to)
      : xScale(frame, from, to, input.formatX ?? input.formatTick ?? String, input.isWholeX ? Math.max(1, Math.min(6, to - from)) : 6)
  const bands = input.bands ?? []
  const values = [...input.series.flatMap((s) => s.values), ...bands.flatMap(({ low, high }) => [...low, ...high])].filter(
    (v) => v !== null,
  )
  const seen = [...values, input.limit?.value, input.reference?.value, input.yFrom, input.yTo].filter((v) => v !== undefined)
  const y = yScale(frame, Math.min(input.yFrom ?? 0, ...seen), Math.max(...seen, input.yFrom ?? 0), input.formatTick ?? input.format)
  const xs = input.x.map(x.at)
  // Among marks the words of a limit stand where the chart begins, below the line when the series are above it or it has no room there.
  const middle = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const placeRule = (value: number, at: number) =>
    input.marks?.length
      ? {
          x: frame.left + 4,
          y: at < frame.top + 12 || (value < middle && at + 12 < frame.bottom) ? at + 12 : at - 5,
          anchor: 'start' as const,
        }
      : { x: frame.right, y: at - 5, anchor: 'end' as const }
  return {
    frame,
    isEmpty: values.length === 0,
    xTicks: x.ticks,
    yTicks: y.ticks,
    lines: input.series.map((series) => ({
      name: series.name,
      colour: series.colour,
      opacity: series.opacity ?? 1,
      path: linePath(xs, series.values, y.at),
    })),
    dots: input.series.flatMap((series) =>
      series.values.flatMap((value, i) =>
        value !== null && (series.values[i - 1] ?? null) === null && (series.values[i + 1] ?? null) === null
          ? [{ x: xs[i] ?? 0, y: y.at(value), colour: series.colour, opacity: series.opacity ?? 1 }]
          : [],
      ),
    ),
    names: placeNames(input.series, xs, frame, y.at),
    bands: bands.map(({ name, colour, low, high }) => ({ name, colour, path: bandPath(xs, low, high, y.at) })),
    rules: [
      ...(input.reference ? [{ ...input.reference, kind: 'reference' as const }] : []),
      ...(input.limit ? [{ ...input.limit, kind: 'limit' as const }] : []),
    ].map(({ name, value, kind }) => ({ y: y.at(value), name, kind, text: placeRule(value, y.at(value)) })),
    mark: input.mark === undefined ? null : x.at(input.mark),
    marks: placeMarks(
      (input.marks ?? []).filter(({ at }) => at >= from && at <= to).map(({ at, name }) => ({ x: x.at(at), name })),
      frame.right,
    ),
    strip: input.strip ? prepareStrip(input.strip, xs, whole) : null,
    stops: input.x.map((at, i) => stopAt(input, at, xs[i] ?? 0, i, to - from)),
  }
}

/** A path through the values that leaves out the gaps. */
export function linePath(xs: readonly number[], values: readonly (number | null)[], at: (value: number) => number): string {
  const draw = line<number | null>()
    .defined((value) => value !== null)
    .x((_, i) => xs[i] ?? 0)
    .y((value) => at(value ?? 0))
    .digits(1)
  return draw([...values]) ?? ''
}

function bandPath(
  xs: readonly number[],
  low: readonly (number | null)[],
  high: readonly (number | null)[],
  at: (value: number) => number,
): string {
  const draw = area<number | null>()
    .defined((value, i) => value !== null && (high[i] ?? null) !== null)
    .x((_, i) => xs[i] ?? 0)
    .y0((value) => at(value ?? 0))
    .y1((_, i) => at(high[i] ?? 0))
    .digits(1)
  return draw([...low]) ?? ''
}

/** Names stand above the start of their lines, before it where there is no room behind, 12 px apart at least, the highest first. */
function placeNames(
  series: readonly LineSeries[],
  xs: readonly number[],
  frame: Frame,
  at: (value: number) => number,
): PreparedLines['names'] {
  const starts = series
    .filter((s) => s.isNamed)
    .flatMap((s) => {
      const at0 = s.values.findIndex((value) => value !== null)
      const first = s.values[at0]
      return first === undefined || first === null ? [] : [{ text: s.name, x: xs[at0] ?? frame.left, y: at(first) }]
    })
    .sort((a, b) => a.y - b.y)
  const isLate = ({ x }: { x: number }) => x > frame.right - 40
  const wished = starts.map((start) => (isLate(start) ? start.y + 4 : start.y - 4))
  const placed = spread(wished, { from: frame.top + 8, to: frame.bottom - 2, apart: 12 })
  return starts.map((start, i) => {
    const place = { y: round(placed[i] ?? start.y), text: start.text }
    return isLate(start) ? { ...place, x: round(start.x - 6), anchor: 'end' } : { ...place, x: round(start.x + 6), anchor: 'start' }
  })
}

/** About 6 px a letter, in the middle above its mark: a name has room up to the next one's. */
function placeMarks(marks: readonly { x: number; name: string }[], right: number): PreparedLines['marks'] {
  const half = (name: string) => name.length * 3 + 2
  return marks.map(({ x, name }, i) => {
    const next = marks[i + 1]
    return { x, name: x + half(name) <= (next ? next.x - half(next.name) : right + 6) ? name : null }
  })
}

/** Ascending places as near to the wished ones as keeping `apart` allows: pushed down where they crowd, and up from the end. */
function spread(wished: readonly number[], { from, to, apart }: { from: number; to: number; apart: number }): number[] {
  let last = from - apart
  const down = wished.map((y) => {
    last = Math.max(y, last + apart)
    return last
  })
  let next = to + apart
  return down
    .reverse()
    .map((y) => {
      next = Math.min(y, next - apart)
      return next
    })
    .reverse()
}

function prepareStrip(strip: NonNullable<LinesInput['strip']>, xs: readonly number[], whole: Frame): PreparedLines['strip'] {
  const highest = Math.max(0.000_001, ...strip.values.filter((value) => value !== null))
  const width = Math.max(1, (whole.right - whole.left) / Math.max(1, xs.length) - 1)
  const bars = strip.values.flatMap((value, i) => {
    if (value === null) return []
    const height = round((value / highest) * (stripHeight - 6))
    return [
      { x: round((xs[i] ?? 0) - width / 2), y: round(whole.bottom - height), width: round(width), height, isOver: strip.isOver(value) },
    ]
  })
  return { name: strip.name, y: whole.bottom, bars }
}

function stopAt(input: LinesInput, value: number, at: number, i: number, span: number): Stop {
  const lines = input.series.map((s) => ({ label: s.name, value: words(s.values[i], input.format), colour: s.colour }))
  const { bands = [], strip } = input
  const more: Stop['lines'] = []
  for (const band of bands)
    more.push({ label: band.name, value: `${words(band.low[i], input.format)} to ${words(band.high[i], input.format)}` })
  if (strip) more.push({ label: strip.name, value: words(strip.values[i], strip.format) })
  return { at, title: input.xKind === 'time' ? timeTitle(value, span) : (input.sayX ?? String)(value), lines: [...lines, ...more] }
}

/** The day only where the range has more than one. */
export function timeTitle(ms: number, spanMs: number): string {
  const date = new Date(ms)
  return spanMs > 20 * 3_600_000 ? `${dayWords(date)} ${clock(date)}` : clock(date, spanMs < 3 * 60_000)
}

function words(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? 'no data' : format(value)
}
