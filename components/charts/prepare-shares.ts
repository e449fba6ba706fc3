import { area } from 'd3-shape'
import { classColour, type Frame, frameOf, round, type Stop, type Tick, timeScale, yScale } from './frame.ts'
import { timeTitle } from './prepare-lines.ts'

export type SharesInput = {
  /** Middle of each bucket, ms since 1970. */
  x: readonly number[]
  domain: readonly [number, number]
  /** In the order of the model's classes: counts per bucket, and in training (null when unknown). */
  classes: readonly { name: string; counts: readonly number[]; reference: number | null }[]
}

export type PreparedShares = {
  frame: Frame
  isEmpty: boolean
  /** Classes as drawn, lowest first: rare ones of many are one, named "other". */
  layers: { name: string; colour: string; path: string; reference: { y: number; height: number } | null }[]
  reference: { x: number; width: number } | null
  xTicks: Tick[]
  yTicks: Tick[]
  stops: Stop[]
}

const most = 6
const referenceWidth = 44

/** Decides stacked shares over time, with training as a column on the left. A bucket without answers is a gap. */
export function prepareShares(input: SharesInput, width: number, height: number): PreparedShares {
  const classes = gather(input.classes)
  const hasReference = classes.some((c) => (c.reference ?? 0) > 0)
  const outer = frameOf(width, height)
  const frame = hasReference ? { ...outer, left: outer.left + referenceWidth + 34 } : outer
  const x = timeScale(frame, ...input.domain)
  const y = yScale(frame, 0, 1, (value) => String(Math.round(value * 100)), { nice: false })
  const totals = input.x.map((_, i) => classes.reduce((sum, c) => sum + (c.counts[i] ?? 0), 0))
  const referenceTotal = classes.reduce((sum, c) => sum + (c.reference ?? 0), 0)
  const below = input.x.map(() => 0)
  let referenceBelow = 0
  const layers = classes.map(({ name, colour, counts, reference }) => {
    const spans = input.x.map((_, i) => {
      const total = totals[i] ?? 0
      const low = below[i] ?? 0
      const high = total === 0 ? low : low + (counts[i] ?? 0) / total
      below[i] = high
      return total === 0 ? null : { low, high }
    })
    const low = referenceBelow
    if (referenceTotal > 0) referenceBelow += (reference ?? 0) / referenceTotal
    return {
      name,
      colour,
      path: layerPath(spans, input.x.map(x.at), y.at, (frame.right - frame.left) / Math.max(1, input.x.length) / 2),
      reference: hasReference ? { y: y.at(referenceBelow), height: round(y.at(low) - y.at(referenceBelow)) } : null,
    }
  })
  return {
    frame,
    isEmpty: totals.every((total) => total === 0),
    layers,
    reference: hasReference ? { x: outer.left, width: referenceWidth } : null,
    xTicks: x.ticks,
    yTicks: y.ticks,
    stops: input.x.map((ms, i) => ({
      at: x.at(ms),
      title: timeTitle(ms, input.domain[1] - input.domain[0]),
      lines: [...classes].reverse().map((c) => ({ label: c.name, value: shareWords(c.counts[i] ?? 0, totals[i] ?? 0), colour: c.colour })),
    })),
  }
}

/** At most six layers: with more classes the five largest by training and traffic, and all others together. */
function gather(classes: SharesInput['classes']): { name: string; colour: string; counts: readonly number[]; reference: number | null }[] {
  if (classes.length <= most) return classes.map((c, i) => ({ ...c, colour: classColour(i) }))
  const sizeOf = (c: SharesInput['classes'][number]) => c.counts.reduce((sum, count) => sum + count, c.reference ?? 0)
  const largest = new Set([...classes].sort((a, b) => sizeOf(b) - sizeOf(a)).slice(0, most - 1))
  const rest = classes.filter((c) => !largest.has(c))
  const other = {
    name: `${rest.length} others`,
    counts: (classes[0]?.counts ?? []).map((_, i) => rest.reduce((sum, c) => sum + (c.counts[i] ?? 0), 0)),
    reference: rest.reduce((sum, c) => sum + (c.reference ?? 0), 0),
  }
  return [...classes.filter((c) => largest.has(c)), other].map((c, i) => ({ ...c, colour: classColour(i) }))
}

/** An area; a bucket that stands alone between gaps is drawn as wide as it is. */
function layerPath(
  spans: readonly ({ low: number; high: number } | null)[],
  xs: readonly number[],
  at: (share: number) => number,
  half: number,
): string {
  const points = spans.flatMap((span, i) => {
    const x = xs[i] ?? 0
    if (span === null) return [null]
    const isAlone = (spans[i - 1] ?? null) === null && (spans[i + 1] ?? null) === null
    return isAlone
      ? [
          { ...span, x: x - half },
          { ...span, x: x + half },
        ]
      : [{ ...span, x }]
  })
  const draw = area<(typeof points)[number]>()
    .defined((point) => point !== null)
    .x((point) => point?.x ?? 0)
    .y0((point) => at(point?.low ?? 0))
    .y1((point) => at(point?.high ?? 0))
    .digits(1)
  return draw(points) ?? ''
}

function shareWords(count: number, total: number): string {
  return total === 0 ? 'no data' : `${((count / total) * 100).toFixed(1)} %`
}
