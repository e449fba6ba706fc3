import { formatCompact } from '#core/words/format'
import { round, type Stop, type Tick } from './frame.ts'

export type HistogramPairInput = {
  bins: { edges: readonly number[] } | { labels: readonly string[] }
  reference: readonly number[]
  current: readonly number[]
  missing: { reference: number; current: number }
}

export type PreparedHistogramPair = {
  width: number
  height: number
  baseline: number
  isEmpty: boolean
  pairs: { key: string; reference: Bar; current: Bar }[]
  labels: Tick[]
  stops: Stop[]
}
type Bar = { x: number; y: number; width: number; height: number }

const most = 12

/** Decides the reference beside the current histogram, both as shares of their own rows. Many categories: the largest, then the rest in one. */
export function prepareHistogramPair(input: HistogramPairInput, width: number, height: number): PreparedHistogramPair {
  const bins = gather(input)
  const totals = { reference: sum(input.reference) + input.missing.reference, current: sum(input.current) + input.missing.current }
  const shares = bins.map((bin) => ({
    name: bin.name,
    reference: totals.reference === 0 ? 0 : bin.reference / totals.reference,
    current: totals.current === 0 ? 0 : bin.current / totals.current,
  }))
  const highest = Math.max(0.000_001, ...shares.flatMap((share) => [share.reference, share.current]))
  const baseline = height - 20
  const slot = width / Math.max(1, bins.length)
  const barWidth = Math.max(1, Math.min(40, slot * 0.44))
  const bar = (share: number, x: number): Bar => {
    const tall = (share / highest) * (baseline - 6)
    return { x: round(x), y: round(baseline - tall), width: round(barWidth), height: round(tall) }
  }
  const room = Math.max(1, Math.ceil(34 / slot))
  return {
    width,
    height,
    baseline,
    isEmpty: totals.reference + totals.current === 0,
    pairs: shares.map((share, i) => {
      const middle = slot * (i + 0.5)
      return { key: `${i} ${share.name}`, reference: bar(share.reference, middle - barWidth), current: bar(share.current, middle) }
    }),
    labels: shares.flatMap((share, i) => (i % room === 0 ? [{ at: round(slot * (i + 0.5)), label: short(share.name, slot * room) }] : [])),
    stops: shares.map((share, i) => ({
      at: round(slot * (i + 0.5)),
      title: share.name,
      lines: [
        { label: 'training', value: `${(share.reference * 100).toFixed(1)} %`, colour: 'var(--chart-ref)' },
        { label: 'now', value: `${(share.current * 100).toFixed(1)} %`, colour: 'var(--series-1)' },
      ],
    })),
  }
}

type Bin = { name: string; reference: number; current: number }

function gather({ bins, reference, current, missing }: HistogramPairInput): Bin[] {
  const names = 'edges' in bins ? binWords(bins.edges) : bins.labels
  const all = names.map((name, i): Bin => ({ name, reference: reference[i] ?? 0, current: current[i] ?? 0 }))
  const isMissing = missing.reference + missing.current > 0 ? [{ name: 'missing', ...missing }] : []
  if ('edges' in bins || all.length <= most)
    return [...all.filter((bin) => 'edges' in bins || bin.reference + bin.current > 0), ...isMissing]
  const ranked = [...all].sort((a, b) => b.reference + b.current - a.reference - a.current)
  const rest = ranked.slice(most - 1)
  const other = {
    name: `${rest.length} others`,
    reference: sum(rest.map((bin) => bin.reference)),
    current: sum(rest.map((bin) => bin.current)),
  }
  return [...ranked.slice(0, most - 1), other, ...isMissing]
}

/** "under 6", "6", "from 18": the outer bins are open. A bin of one value is named by the value. */
export function binWords(edges: readonly number[]): string[] {
  return edges.slice(0, -1).map((edge, i) => {
    const next = edges[i + 1] ?? edge
    if (edges.length === 2) return 'all'
    if (i === 0) return `under ${formatCompact(next)}`
    if (i === edges.length - 2) return `from ${formatCompact(edge)}`
    return formatCompact(edge) === formatCompact(next) ? formatCompact(edge) : `${formatCompact(edge)} to ${formatCompact(next)}`
  })
}

function short(name: string, room: number): string {
  const letters = Math.max(3, Math.floor(room / 6))
  return name.length <= letters ? name : `${name.slice(0, letters - 1)}…`
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
