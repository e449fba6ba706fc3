import type { Interval as Bounds } from '#core/stats/proportion-interval'

/** A value with its 95 % interval on a scale from `from` to `to`, and what to hold it against at `mark`; 110 x 12 px. */
export function Interval({
  value,
  bounds,
  from = 0,
  to = 1,
  mark,
  width = 110,
}: {
  value: number
  bounds: Bounds | null
  from?: number
  to?: number
  mark?: number
  width?: number
}) {
  const at = (v: number) => Math.round(((Math.min(to, Math.max(from, v)) - from) / (to - from || 1)) * (width - 8) * 10) / 10 + 4
  return (
    <svg width={width} height={12} viewBox={`0 0 ${width} 12`} aria-hidden className="block max-w-full">
      <path className="g" d={`M0 6.5H${width}`} />
      {bounds ? <path d={`M${at(bounds.low)} 6.5H${at(bounds.high)}`} stroke="var(--series-1)" strokeWidth={4} opacity={0.35} /> : null}
      {mark === undefined ? null : <path className="ref" d={`M${at(mark)} 0V12`} />}
      <circle cx={at(value)} cy={6.5} r={3} className="f1" />
    </svg>
  )
}
