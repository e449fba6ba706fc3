import { proportionInterval } from '#core/stats/proportion-interval'
import { formatNumber } from '#core/words/format'
import { type Frame, frameOf, round, type Stop, type Tick, xScale, yScale } from './frame.ts'

export type CalibrationBin = { from: number; to: number; rows: number; confidence: number; accuracy: number }

export type PreparedCalibration = {
  frame: Frame
  xTicks: Tick[]
  yTicks: Tick[]
  diagonal: string
  path: string
  /** The line before calibration; empty without one. */
  before: string
  /** `low` and `high` are the ends of the 95 % interval of the true share. */
  points: { x: number; y: number; low: number; high: number }[]
  bars: { x: number; y: number; width: number; height: number }[]
  barsBase: number
  /** Words at the bin that is furthest off, of those with enough rows to matter. */
  worst: { x: number; y: number; text: string; isEnd: boolean } | null
  stops: Stop[]
}

const barsHeight = 34

/** Decides a reliability diagram: true share over stated confidence, rows per bin below; `earlier` are the bins before calibration. */
export function prepareCalibration(
  bins: readonly CalibrationBin[],
  width: number,
  height: number,
  earlier: readonly CalibrationBin[] = [],
): PreparedCalibration {
  const whole = frameOf(width, height)
  const frame: Frame = { ...whole, bottom: whole.bottom - barsHeight }
  const filled = bins.filter((bin) => bin.rows > 0)
  const filledBefore = earlier.filter((bin) => bin.rows > 0)
  const lowest = Math.min(1, ...[...filled, ...filledBefore].map((bin) => bin.from))
  const from = Math.min(0.8, Math.floor(lowest * 5) / 5)
  const x = xScale(frame, from, 1, (value) => value.toFixed(1), 5)
  const y = yScale(frame, 0, 1, (value) => value.toFixed(2), { nice: false, count: 4 })
  const points = filled.map((bin) => {
    const interval = proportionInterval(Math.round(bin.accuracy * bin.rows), bin.rows)
    return {
      x: x.at(bin.confidence),
      y: y.at(bin.accuracy),
      low: y.at(interval?.low ?? bin.accuracy),
      high: y.at(interval?.high ?? bin.accuracy),
    }
  })
  const most = Math.max(1, ...filled.map((bin) => bin.rows))
  const total = filled.reduce((sum, bin) => sum + bin.rows, 0)
  const worst = filled
    .filter((bin) => bin.rows >= Math.max(20, total * 0.01))
    .reduce<CalibrationBin | null>((a, b) => (a === null || gap(b) > gap(a) ? b : a), null)
  return {
    frame,
    xTicks: x.ticks,
    yTicks: y.ticks,
    diagonal: `M${x.at(from)} ${y.at(from)}L${x.at(1)} ${y.at(1)}`,
    path: lineThrough(points),
    before: lineThrough(filledBefore.map((bin) => ({ x: x.at(bin.confidence), y: y.at(bin.accuracy) }))),
    points,
    bars: filled.map((bin) => {
      const tall = round(Math.max(1, (bin.rows / most) * (barsHeight - 12)))
      return { x: x.at(bin.from) + 1, y: whole.bottom - tall, width: Math.max(1, round(x.at(bin.to) - x.at(bin.from) - 2)), height: tall }
    }),
    barsBase: whole.bottom,
    worst:
      worst && gap(worst) > 0.03
        ? {
            x: x.at(worst.confidence) + (worst.confidence > 0.7 ? -8 : 8),
            y: y.at(worst.accuracy) + (worst.accuracy < worst.confidence ? 16 : -10),
            text: `says ${worst.confidence.toFixed(2)}, true ${worst.accuracy.toFixed(2)}`,
            isEnd: worst.confidence > 0.7,
          }
        : null,
    stops: filled.map((bin) => ({
      at: x.at(bin.confidence),
      title: `${bin.from.toFixed(2)} to ${bin.to.toFixed(2)}`,
      lines: [
        { label: 'stated', value: bin.confidence.toFixed(3) },
        { label: 'true', value: bin.accuracy.toFixed(3), colour: 'var(--series-1)' },
        { label: 'rows', value: formatNumber(bin.rows) },
      ],
    })),
  }
}

function lineThrough(points: readonly { x: number; y: number }[]): string {
  return points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('')
}

function gap(bin: CalibrationBin): number {
  return Math.abs(bin.confidence - bin.accuracy)
}
