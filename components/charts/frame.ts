import { scaleLinear, scaleTime } from 'd3-scale'
import { formatTicks } from '#core/words/format'

/** Where a plot lies in its picture, in px: `left`..`right`, `top`..`bottom`; outside are the words of the axes. */
export type Frame = { width: number; height: number; left: number; right: number; top: number; bottom: number }
export type Tick = { at: number; label: string }

/** What the pointer or the arrow keys read out at one place of the x axis. */
export type Stop = { at: number; title: string; lines: { label: string; value: string; colour?: string | undefined }[] }

export type Margins = { left?: number; right?: number; top?: number; bottom?: number }

/** A frame with room for the ticks. */
export function frameOf(width: number, height: number, { left = 34, right = 6, top = 8, bottom = 22 }: Margins = {}): Frame {
  return { width, height, left, right: Math.max(left + 1, width - right), top, bottom: Math.max(top + 1, height - bottom) }
}

/** A y scale that starts at a round value and has 3 to 6 ticks. `from` and `to` are only widened. */
export function yScale(frame: Frame, from: number, to: number, format: (value: number) => string, { nice = true, count = 4 } = {}) {
  const spread = to > from ? to : from + (from === 0 ? 1 : Math.abs(from) * 0.1)
  const scale = scaleLinear().domain([from, spread]).range([frame.bottom, frame.top])
  if (nice) scale.nice(count)
  const values = scale.ticks(count)
  const labels = tickLabels(values, format)
  const ticks = values.map((value, i): Tick => ({ at: round(scale(value)), label: labels[i] ?? '' }))
  return { at: (value: number) => round(scale(value)), ticks }
}

/** An x scale of numbers, the domain as given. */
export function xScale(frame: Frame, from: number, to: number, format: (value: number) => string, count = 6) {
  const scale = scaleLinear()
    .domain([from, to > from ? to : from + 1])
    .range([frame.left, frame.right])
  const values = scale.ticks(count)
  const labels = tickLabels(values, format)
  return {
    at: (value: number) => round(scale(value)),
    ticks: values.map((value, i) => ({ at: round(scale(value)), label: labels[i] ?? '' })),
  }
}

/** Ticks that the format cannot tell apart, or writes with now more and now fewer decimals, get those that they need, all the same. */
function tickLabels(values: readonly number[], format: (value: number) => string): string[] {
  const labels = values.map(format)
  const decimals = labels.map((label) => /^[-−]?[\d,]+(?:\.(\d+))?$/.exec(label)).map((found) => (found ? (found[1] ?? '').length : null))
  const isUneven = !decimals.includes(null) && new Set(decimals).size > 1
  return isUneven || new Set(labels).size < labels.length ? formatTicks(values) : labels
}

/** An x scale of times in ms, ticks in the reader's zone, as many as have room. */
export function timeScale(frame: Frame, from: number, to: number) {
  const scale = scaleTime()
    .domain([from, to > from ? to : from + 1])
    .range([frame.left, frame.right])
  const count = Math.max(2, Math.floor((frame.right - frame.left) / 64))
  const hasDays = to - from > 36 * 3_600_000
  const hasSeconds = to - from < 3 * 60_000
  const times = scale.ticks(count)
  // Steps of the clock are coarse: there may be half as many again as have room.
  const every = Math.ceil(times.length / (count + 1))
  const ticks = times
    .filter((_, i) => i % every === 0)
    .map((date): Tick => ({ at: round(scale(date)), label: hasDays ? dayOrTime(date) : clock(date, hasSeconds) }))
  return { at: (ms: number) => round(scale(ms)), ticks: ticks.filter((tick) => tick.at >= frame.left + 8 && tick.at <= frame.right - 8) }
}

/** Hundredths of a px are enough, and keep the markup short. */
export function round(value: number): number {
  return Math.round(value * 100) / 100
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** "14 Nov" in the reader's zone. */
export function dayWords(date: Date): string {
  return `${date.getDate()} ${months[date.getMonth()]}`
}

/** "15:00" in the reader's zone. */
export function clock(date: Date, hasSeconds = false): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}${hasSeconds ? `:${two(date.getSeconds())}` : ''}`
}

function dayOrTime(date: Date): string {
  return date.getHours() === 0 && date.getMinutes() === 0 ? dayWords(date) : clock(date)
}

const classSeries = [7, 3, 4, 5, 6, 8]

/** The colour of a class by its place in the model's list; a class keeps it in all charts. */
export function classColour(index: number): string {
  return `var(--series-${classSeries[index % classSeries.length]})`
}

/** A little wider than the values, so that no point lies on the edge. */
export function paddedRange(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1]
  const low = values.reduce((least, value) => Math.min(least, value))
  const high = values.reduce((most, value) => Math.max(most, value))
  const room = (high - low) * 0.03 || Math.abs(low) * 0.03 || 1
  return [low - room, high + room]
}
