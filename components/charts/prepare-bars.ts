import { type Frame, frameOf, round, type Stop, type Tick, timeScale, yScale } from './frame.ts'
import { timeTitle } from './prepare-lines.ts'

export type BarLayer = {
  name: string
  /** Class of the fill: what is only an amount is grey, what went wrong is red. */
  look: 'amount' | 'test' | 'bad'
  values: readonly number[]
}

export type BarsInput = {
  /** Start of each bucket, ms since 1970, and the width of a bucket. */
  starts: readonly number[]
  stepMs: number
  domain: readonly [number, number]
  /** `amount` and `test` are stacked; `bad` stands before them. */
  layers: readonly BarLayer[]
  format(value: number): string
}

export type PreparedBars = {
  frame: Frame
  isEmpty: boolean
  xTicks: Tick[]
  yTicks: Tick[]
  bars: { key: string; look: BarLayer['look']; x: number; y: number; width: number; height: number }[]
  stops: Stop[]
}

/** Decides a bar chart over time. A bucket without traffic has no bar: zero requests is a fact, not a gap. */
export function prepareBars(input: BarsInput, width: number, height: number): PreparedBars {
  const frame = frameOf(width, height)
  const x = timeScale(frame, ...input.domain)
  const stacked = input.layers.filter((layer) => layer.look !== 'bad')
  const totals = input.starts.map((_, i) => stacked.reduce((sum, layer) => sum + (layer.values[i] ?? 0), 0))
  const y = yScale(frame, 0, Math.max(0, ...totals), input.format)
  const barWidth = Math.max(1, x.at(input.domain[0] + input.stepMs) - frame.left - 1)
  const bars: PreparedBars['bars'] = []
  for (const [i, start] of input.starts.entries()) {
    let below = 0
    for (const layer of input.layers) {
      const value = layer.values[i] ?? 0
      if (value <= 0) continue
      const base = layer.look === 'bad' ? 0 : below
      const top = y.at(base + value)
      const left = Math.max(frame.left, x.at(start) + 0.5)
      const box = { x: round(left), y: top, width: round(Math.min(barWidth, frame.right - left)), height: round(y.at(base) - top) }
      if (box.width > 0) bars.push({ key: `${layer.look}${start}`, look: layer.look, ...box })
      if (layer.look !== 'bad') below += value
    }
  }
  return {
    frame,
    isEmpty: totals.every((total) => total === 0),
    xTicks: x.ticks,
    yTicks: y.ticks,
    bars,
    stops: input.starts.map((start, i) => ({
      at: x.at(start + input.stepMs / 2),
      title: timeTitle(start, input.domain[1] - input.domain[0]),
      lines: input.layers.map((layer) => ({
        label: layer.name,
        value: input.format(layer.values[i] ?? 0),
        colour: lookColour[layer.look],
      })),
    })),
  }
}

export const lookColour: Record<BarLayer['look'], string> = {
  amount: 'color-mix(in srgb, var(--series-8) 60%, var(--bg-surface))',
  test: 'color-mix(in srgb, var(--series-8) 34%, var(--bg-surface))',
  bad: 'var(--st-failed)',
}
