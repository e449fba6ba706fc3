import { formatCompact, formatNumber } from '#core/words/format'
import { type Frame, frameOf, round, type Stop, type Tick, xScale, yScale } from './frame.ts'

export type HistogramInput = {
  /** Ascending, one more than `counts`. */
  edges: readonly number[]
  counts: readonly number[]
  format(value: number): string
  formatTick(value: number): string
}

export type PreparedHistogram = {
  frame: Frame
  isEmpty: boolean
  xTicks: Tick[]
  yTicks: Tick[]
  bars: { key: string; x: number; y: number; width: number; height: number }[]
  /** Where 0 is, if it is in the picture. */
  zero: number | null
  stops: Stop[]
}

/** Decides a histogram of numbers, as wide as their range. A bin without width is drawn a few px wide. */
export function prepareHistogram({ edges, counts, format, formatTick }: HistogramInput, width: number, height: number): PreparedHistogram {
  const frame = frameOf(width, height, { left: 40, right: 10 })
  const [from, to] = [edges[0] ?? 0, edges.at(-1) ?? 0]
  const room = to > from ? 0 : Math.abs(from) * 0.1 || 1
  const x = xScale(frame, from - room, to + room, formatTick, Math.max(2, Math.floor((frame.right - frame.left) / 80)))
  const y = yScale(frame, 0, Math.max(1, ...counts), formatCompact)
  return {
    frame,
    isEmpty: counts.every((count) => count === 0),
    xTicks: x.ticks,
    yTicks: y.ticks,
    bars: counts.flatMap((count, i) => {
      if (count === 0) return []
      const [left, right] = [x.at(edges[i] ?? 0), x.at(edges[i + 1] ?? 0)]
      const wide = Math.max(3, round(right - left - 1))
      return {
        key: `${i}`,
        x: right > left ? left : round(left - wide / 2),
        y: y.at(count),
        width: wide,
        height: round(frame.bottom - y.at(count)),
      }
    }),
    zero: from - room <= 0 && to + room >= 0 ? x.at(0) : null,
    stops: counts.map((count, i) => ({
      at: round((x.at(edges[i] ?? 0) + x.at(edges[i + 1] ?? 0)) / 2),
      title: `${format(edges[i] ?? 0)} to ${format(edges[i + 1] ?? 0)}`,
      lines: [{ label: 'rows', value: formatNumber(count), colour: 'var(--series-1)' }],
    })),
  }
}
