import { type Frame, frameOf, round, type Stop, type Tick, yScale } from './frame.ts'

export type StackedDaysInput = {
  /** Every day in the picture, oldest first, as "2026-03-04". */
  days: readonly string[]
  /** Lowest first, one value a day. */
  layers: readonly { name: string; colour: string; values: readonly number[] }[]
  format(value: number): string
}

export type PreparedStackedDays = {
  frame: Frame
  isEmpty: boolean
  xTicks: Tick[]
  yTicks: Tick[]
  bars: { key: string; colour: string; x: number; y: number; width: number; height: number }[]
  stops: Stop[]
}

const tickWidth = 58
/** A few refusals among thousands of answers stay visible. */
const leastHeight = 1

/** Decides bars by day, each a stack of layers. Days are the calendar's, not the reader's: a label never moves by a zone. */
export function prepareStackedDays({ days, layers, format }: StackedDaysInput, width: number, height: number): PreparedStackedDays {
  const frame = frameOf(width, height, { left: 44 })
  const totals = days.map((_, i) => layers.reduce((sum, { values }) => sum + (values[i] ?? 0), 0))
  const y = yScale(frame, 0, Math.max(1, ...totals), format)
  const step = (frame.right - frame.left) / Math.max(1, days.length)
  const middle = (i: number) => round(frame.left + (i + 0.5) * step)
  const barWidth = Math.max(1, Math.min(40, step * 0.72))
  const bars = days.flatMap((day, i) => {
    let below = 0
    let top = frame.bottom
    return layers.flatMap(({ name, colour, values }) => {
      const value = values[i] ?? 0
      if (value <= 0) return []
      below += value
      const bottom = top
      top = Math.min(y.at(below), bottom - leastHeight)
      const box = { x: round(middle(i) - barWidth / 2), y: round(top), width: round(barWidth), height: round(bottom - top) }
      return [{ key: `${day} ${name}`, colour, ...box }]
    })
  })
  const every = Math.max(1, Math.ceil(tickWidth / step))
  return {
    frame,
    isEmpty: totals.every((total) => total === 0),
    // Counted from today, whose label is always there.
    xTicks: days.flatMap((day, i) => ((days.length - 1 - i) % every === 0 ? [{ at: tickAt(middle(i), frame), label: dayLabel(day) }] : [])),
    yTicks: y.ticks,
    bars,
    stops: days.map((day, i) => ({
      at: middle(i),
      title: `${dayLabel(day)} (UTC)`,
      lines: [...layers].reverse().map(({ name, colour, values }) => ({ label: name, value: format(values[i] ?? 0), colour })),
    })),
  }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** "2026-03-04" -> "4 Mar" */
export function dayLabel(day: string): string {
  const [, month, date] = day.split('-')
  return `${Number(date)} ${months[Number(month) - 1] ?? ''}`
}

/** A label at an edge stays in the picture. */
function tickAt(middle: number, frame: Frame): number {
  return Math.min(Math.max(middle, 18), frame.width - 18)
}
