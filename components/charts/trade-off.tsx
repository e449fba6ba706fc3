'use client'

import { Axes, EmptyChart, Legend } from './axes'
import { Measured } from './measured'
import { Plot } from './plot'
import { prepareTradeOff, type TradeOffInput } from './prepare-trade-off.ts'

/** Two figures of some things against each other; those that nothing beats in both are larger and named. */
export function TradeOff({ input, height = 260, empty }: { input: TradeOffInput; height?: number; empty: string }) {
  const label = `${input.y.name} against ${input.x.name}`
  return (
    <Measured height={height}>
      {(width) => {
        const chart = prepareTradeOff(input, width, height)
        if (chart.isEmpty) return <EmptyChart height={height}>{empty}</EmptyChart>
        return (
          <>
            <Plot width={width} height={height} label={label} reach={[chart.frame.top, chart.frame.bottom]} stops={chart.stops}>
              <Axes frame={chart.frame} xTicks={chart.xTicks} yTicks={chart.yTicks} baseline={false} />
              {chart.dots.map((dot) => (
                <circle key={dot.name} cx={dot.x} cy={dot.y} r={dot.isBest ? 5 : 3.5} fill={dot.colour} opacity={dot.isBest ? 1 : 0.75} />
              ))}
              {chart.names.map((name) => (
                <text key={name.text} className="t2" x={name.x} y={name.y} textAnchor={name.anchor}>
                  {name.text}
                </text>
              ))}
            </Plot>
            <Legend items={input.points.map(({ name, colour }) => ({ name, colour, shape: 'square' }))} />
          </>
        )
      }}
    </Measured>
  )
}
