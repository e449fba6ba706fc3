'use client'

import type { ReactNode } from 'react'
import { Axes, EmptyChart } from './axes'
import { Measured } from './measured'
import { Plot } from './plot'
import { type BarsInput, lookColour, prepareBars } from './prepare-bars.ts'

/** Amounts per bucket of time, stacked, with what went wrong before them. */
export function Bars({ input, height = 142, label, empty }: { input: BarsInput; height?: number; label: string; empty: ReactNode }) {
  return (
    <Measured height={height}>
      {(width) => {
        const chart = prepareBars(input, width, height)
        if (chart.isEmpty) return <EmptyChart height={height}>{empty}</EmptyChart>
        return (
          <Plot width={width} height={height} label={label} reach={[chart.frame.top, chart.frame.bottom]} stops={chart.stops}>
            <Axes frame={chart.frame} xTicks={chart.xTicks} yTicks={chart.yTicks} />
            {chart.bars.map(({ key, look, ...bar }) => (
              <rect key={key} {...bar} fill={lookColour[look]} />
            ))}
          </Plot>
        )
      }}
    </Measured>
  )
}
