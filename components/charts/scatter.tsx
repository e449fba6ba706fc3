'use client'

import { Axes, EmptyChart, Legend } from './axes'
import { Measured } from './measured'
import { Plot } from './plot'
import { prepareScatter, type ScatterInput } from './prepare-scatter.ts'

/** Points, and the line on which a perfect model has them. */
export function Scatter({ input, height = 250, label, empty }: { input: ScatterInput; height?: number; label: string; empty: string }) {
  return (
    <Measured height={height}>
      {(width) => {
        const chart = prepareScatter(input, width, height)
        if (chart.isEmpty) return <EmptyChart height={height}>{empty}</EmptyChart>
        return (
          <>
            <Plot width={width} height={height} label={label} reach={[chart.frame.top, chart.frame.bottom]} stops={chart.stops}>
              <Axes frame={chart.frame} xTicks={chart.xTicks} yTicks={chart.yTicks} baseline={false} />
              {chart.dots.map((dot) => (
                <circle key={dot.key} cx={dot.x} cy={dot.y} r={2.5} className="f1" opacity={0.6} />
              ))}
              <path className="ref" d={chart.perfect} />
            </Plot>
            <Legend
              items={[
                { name: `${input.yName}, by ${input.xName}`, colour: 'var(--series-1)' },
                { name: 'perfect', colour: 'var(--chart-ref)', shape: 'dash' },
              ]}
            />
          </>
        )
      }}
    </Measured>
  )
}
