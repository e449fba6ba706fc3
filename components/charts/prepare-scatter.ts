import { type Frame, frameOf, paddedRange, type Stop, type Tick, xScale, yScale } from './frame.ts'

export type ScatterInput = {
  points: readonly { x: number; y: number }[]
  xName: string
  yName: string
  /** Where points of a perfect model lie: both figures are the same, or the second is 0. */
  perfect: 'diagonal' | 'zero'
  format(value: number): string
  formatTick(value: number): string
}

export type PreparedScatter = {
  frame: Frame
  isEmpty: boolean
  xTicks: Tick[]
  yTicks: Tick[]
  dots: { key: string; x: number; y: number }[]
  perfect: string
  stops: Stop[]
}

/** Decides points against the line on which a perfect model has them. With the diagonal both axes have the same range. */
export function prepareScatter(
  { points, xName, yName, perfect, format, formatTick }: ScatterInput,
  width: number,
  height: number,
): PreparedScatter {
  const frame = frameOf(width, height, { left: 52, right: 10 })
  const isDiagonal = perfect === 'diagonal'
  const xs = points.map((point) => point.x)
  const ys = points.map((point) => point.y)
  const both = paddedRange([...xs, ...ys])
  const [left, right] = isDiagonal ? both : paddedRange(xs)
  const [bottom, top] = isDiagonal ? both : paddedRange([...ys, 0])
  const x = xScale(frame, left, right, formatTick, Math.max(2, Math.floor((frame.right - frame.left) / 80)))
  const y = yScale(frame, bottom, top, formatTick, { nice: false })
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y)
  return {
    frame,
    isEmpty: points.length === 0,
    xTicks: x.ticks,
    yTicks: y.ticks,
    dots: sorted.map((point, i) => ({ key: `${i}`, x: x.at(point.x), y: y.at(point.y) })),
    perfect: `M${x.at(left)} ${y.at(isDiagonal ? left : 0)}L${x.at(right)} ${y.at(isDiagonal ? right : 0)}`,
    stops: sorted.map((point) => ({
      at: x.at(point.x),
      title: `${xName} ${format(point.x)}`,
      lines: [{ label: yName, value: format(point.y), colour: 'var(--series-1)' }],
    })),
  }
}
