import { area } from 'd3-shape'
import { round } from './frame.ts'
import { linePath } from './prepare-lines.ts'

export type PreparedSparkline = {
  isEmpty: boolean
  line: string
  area: string
  last: { x: number; y: number } | null
  bars: { x: number; y: number; width: number; height: number }[]
}

/** Decides a sparkline: scaled to its own least and most, the newest value marked. */
export function prepareSparkline(values: readonly (number | null)[], width: number, height: number): PreparedSparkline {
  const known = values.filter((value) => value !== null)
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const xs = values.map((_, i) => round(1 + (i / Math.max(1, values.length - 1)) * (width - 4)))
  const at = (value: number) => (high === low ? height / 2 : round(height - 2 - ((value - low) / (high - low)) * (height - 4)))
  const draw = area<number | null>()
    .defined((value) => value !== null)
    .x((_, i) => xs[i] ?? 0)
    .y0(height)
    .y1((value) => at(value ?? 0))
    .digits(1)
  const lastIndex = values.findLastIndex((value) => value !== null)
  const last = values[lastIndex]
  const slot = width / Math.max(1, values.length)
  return {
    isEmpty: known.length === 0,
    line: linePath(xs, values, at),
    area: draw([...values]) ?? '',
    last: last === null || last === undefined ? null : { x: xs[lastIndex] ?? 0, y: at(last) },
    bars: values.flatMap((value, i) => {
      if (value === null) return []
      const tall = Math.max(1, round((value / Math.max(1, high)) * height))
      return [{ x: round(i * slot), y: round(height - tall), width: round(Math.max(1, slot - 1)), height: tall }]
    }),
  }
}
