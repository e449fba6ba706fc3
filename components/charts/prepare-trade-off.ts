import { type Frame, frameOf, round, type Stop, type Tick, xScale, yScale } from './frame.ts'

export type TradeOffInput = {
  points: readonly { name: string; colour: string; x: number; y: number }[]
  x: { name: string; better?: 'higher' | 'lower' | undefined }
  y: { name: string; better?: 'higher' | 'lower' | undefined }
  format(value: number): string
}

export type PreparedTradeOff = {
  frame: Frame
  isEmpty: boolean
  xTicks: Tick[]
  yTicks: Tick[]
  /** Nothing is better in both figures than one that is `isBest`. */
  dots: { name: string; colour: string; x: number; y: number; isBest: boolean }[]
  /** A name beside the dots that nothing is better than, while they are few. */
  names: { text: string; x: number; y: number; anchor: 'start' | 'end' }[]
  stops: Stop[]
}

const mostNames = 6

/** Decides a scatter of two figures of some things, and marks those that no other beats in both. */
export function prepareTradeOff({ points, x: xOf, y: yOf, format }: TradeOffInput, width: number, height: number): PreparedTradeOff {
  const frame = frameOf(width, height, { left: 52, right: 14 })
  const x = xScale(frame, ...rangeOf(points.map((point) => point.x)), format, Math.max(2, Math.floor((frame.right - frame.left) / 80)))
  const y = yScale(frame, ...rangeOf(points.map((point) => point.y)), format, { nice: false })
  const sign = (better: 'higher' | 'lower' | undefined) => (better === 'higher' ? 1 : better === 'lower' ? -1 : 0)
  const [signX, signY] = [sign(xOf.better), sign(yOf.better)]
  const isBeaten = (point: TradeOffInput['points'][number]) =>
    points.some((other) => {
      const [dx, dy] = [(other.x - point.x) * signX, (other.y - point.y) * signY]
      return dx >= 0 && dy >= 0 && dx + dy > 0
    })
  const dots = points.map((point) => ({
    name: point.name,
    colour: point.colour,
    x: x.at(point.x),
    y: y.at(point.y),
    isBest: signX * signY !== 0 && !isBeaten(point),
  }))
  const best = dots.filter((dot) => dot.isBest)
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y)
  return {
    frame,
    isEmpty: points.length === 0,
    xTicks: x.ticks,
    yTicks: y.ticks,
    dots,
    names: best.length > mostNames ? [] : best.map((dot) => nameBeside(dot, frame)),
    stops: sorted.map((point) => ({
      at: x.at(point.x),
      title: point.name,
      lines: [
        { label: xOf.name, value: format(point.x), colour: point.colour },
        { label: yOf.name, value: format(point.y), colour: point.colour },
      ],
    })),
  }
}

function nameBeside({ name, x, y }: { name: string; x: number; y: number }, frame: Frame): PreparedTradeOff['names'][number] {
  const isRight = x > (frame.left + frame.right) / 2
  return { text: name, x: round(isRight ? x - 8 : x + 8), y: round(Math.max(frame.top + 8, y + 4)), anchor: isRight ? 'end' : 'start' }
}

/** A little wider than the values, so that no point lies on the edge. */
function rangeOf(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const room = (high - low) * 0.06 || Math.abs(low) * 0.03 || 1
  return [low - room, high + room]
}
