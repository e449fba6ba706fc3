import type { SearchReport } from '#core/reports/search'
import { shareAt } from '#core/tune/scale'
import type { Dimension, ParamValue } from '#core/tune/space'
import { lossOf, meanScore, type SearchTrial } from '#core/tune/trial'
import { formatValue } from '#core/words/format'
import { type Frame, frameOf, round, type Tick } from './frame.ts'

/** Per axis the part that is brushed, as shares from the foot; an axis without one takes all. */
export type Brushes = Readonly<Record<string, readonly [number, number]>>

export type ParallelInput = Pick<SearchReport, 'trials' | 'dimensions' | 'metric' | 'direction'> & {
  titleOf(path: string): string
  format(value: number): string
  brushes: Brushes
}

export type PreparedParallel = {
  frame: Frame
  isEmpty: boolean
  axes: {
    key: string
    x: number
    title: string
    anchor: 'start' | 'middle' | 'end'
    ticks: Tick[]
    brush: { y: number; height: number } | null
  }[]
  /** The worst first, so that the best lie on top. `rank` is 1 for the best trial, 0 for the worst. */
  lines: { key: number; path: string; isIn: boolean; rank: number }[]
  /** Numbers of the trials that every brush takes. */
  chosen: number[]
}

/** The axis of the score; no param can have this path. */
export const scoreAxis = ' score'

/** Decides parallel coordinates: an axis per param and one for the score, a line per trial that has one. */
export function prepareParallel(input: ParallelInput, width: number, height: number): PreparedParallel {
  const frame = frameOf(width, height, { left: 46, right: 46, top: 24, bottom: 10 })
  const { direction, brushes, dimensions } = input
  const scored = input.trials.filter((trial) => Number.isFinite(lossOf(trial, direction)))
  const means = scored.map((trial) => meanScore(trial) ?? 0)
  const [low, high] = [Math.min(...means), Math.max(...means)]
  const scoreAt = (trial: SearchTrial) => (high > low ? ((meanScore(trial) ?? 0) - low) / (high - low) : 0.5)
  const y = (share: number) => round(frame.bottom - share * (frame.bottom - frame.top))
  const keys = [...dimensions.map(({ path }) => path), scoreAxis]
  const x = (i: number) => round(frame.left + (i / Math.max(1, keys.length - 1)) * (frame.right - frame.left))
  const order = [...scored].sort((a, b) => lossOf(b, direction) - lossOf(a, direction) || b.number - a.number)
  const lines = order.flatMap((trial, i) => {
    const shares = [...dimensions.map((dimension) => shareAt(dimension, trial.params[dimension.path])), scoreAt(trial)]
    // A setting of another space has no place here.
    if (shares.some((share) => share === null)) return []
    const path = shares.map((share, axis) => `${axis === 0 ? 'M' : 'L'}${x(axis)} ${y(share ?? 0)}`).join('')
    const isIn = keys.every((key, axis) => isInside(shares[axis] ?? 0, brushes[key]))
    return [{ key: trial.number, path, isIn, rank: order.length > 1 ? i / (order.length - 1) : 1 }]
  })
  return {
    frame,
    isEmpty: lines.length === 0,
    axes: keys.map((key, i) => {
      const dimension = dimensions[i]
      const brush = brushes[key]
      return {
        key,
        x: x(i),
        title: dimension ? input.titleOf(key) : input.metric,
        anchor: i === 0 ? 'start' : i === keys.length - 1 ? 'end' : 'middle',
        ticks: dimension
          ? ticksOf(dimension).map(({ share, label }) => ({ at: y(share), label }))
          : scored.length === 0
            ? []
            : [
                { at: y(0), label: input.format(low) },
                { at: y(1), label: input.format(high) },
              ],
        brush: brush ? { y: y(brush[1]), height: round(y(brush[0]) - y(brush[1])) } : null,
      }
    }),
    lines,
    chosen: lines.flatMap(({ key, isIn }) => (isIn ? [key] : [])),
  }
}

/** Where a pointer is on an axis, as a share from the foot. */
export function shareOfAxis({ top, bottom }: Pick<Frame, 'top' | 'bottom'>, y: number): number {
  return Math.min(1, Math.max(0, (bottom - y) / (bottom - top)))
}

/** The brush between two places; none when they are so close that it was a click. */
export function brushBetween(from: number, to: number): readonly [number, number] | null {
  return Math.abs(from - to) < 0.02 ? null : [Math.min(from, to), Math.max(from, to)]
}

function isInside(share: number, brush: readonly [number, number] | undefined): boolean {
  return !brush || (share >= brush[0] && share <= brush[1])
}

function ticksOf(dimension: Dimension): { share: number; label: string }[] {
  const words = (value: ParamValue) => (typeof value === 'number' ? formatValue(value) : String(value))
  const values = dimension.kind === 'choice' ? dimension.values : [...new Set([dimension.low, dimension.high])]
  return values.flatMap((value) => {
    const share = shareAt(dimension, value)
    // An int owns half a unit beyond its ends, so its ends lie a little inside.
    return share === null ? [] : [{ share, label: words(value) }]
  })
}
