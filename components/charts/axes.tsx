import type { Frame, Tick } from './frame.ts'

/** Hairline grid and the words of both axes. */
export function Axes({
  frame,
  xTicks,
  yTicks,
  baseline = true,
}: {
  frame: Frame
  xTicks: readonly Tick[]
  yTicks: readonly Tick[]
  baseline?: boolean
}) {
  return (
    <>
      {yTicks.map((tick) => (
        <g key={tick.at}>
          <path
            className={baseline && tick.at >= frame.bottom - 0.5 ? 'axis' : 'g'}
            d={`M${frame.left} ${Math.round(tick.at) + 0.5}H${frame.right}`}
          />
          <text className="end" x={frame.left - 6} y={tick.at + 4}>
            {tick.label}
          </text>
        </g>
      ))}
      {xTicks.map((tick) => (
        <text key={tick.at} className="mid" x={tick.at} y={frame.height - 6}>
          {tick.label}
        </text>
      ))}
    </>
  )
}

/** Names of colours, in the head of a card or under a plot. */
export function Legend({ items }: { items: readonly { name: string; colour: string; shape?: 'line' | 'square' | 'dash' }[] }) {
  return (
    <div className="legend">
      {items.map((item) => (
        <span key={item.name}>
          <i className={item.shape === 'square' ? 'sq' : item.shape === 'dash' ? 'dash' : ''} style={{ ['--c' as string]: item.colour }} />
          {item.name}
        </span>
      ))}
    </div>
  )
}

/** A chart without data says why, and what to do. */
export function EmptyChart({ height, children }: { height: number; children: React.ReactNode }) {
  return (
    <div className="empty-chart" style={{ height }}>
      <p>{children}</p>
    </div>
  )
}
