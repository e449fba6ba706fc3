'use client'

import { Axes, EmptyChart } from './axes'
import { Measured } from './measured'
import { Plot } from './plot'
import { type HistogramInput, prepareHistogram } from './prepare-histogram.ts'

/** How often numbers of each size occur; 0 is marked. */
export function Histogram({ input, height = 250, label, empty }: { input: HistogramInput; height?: number; label: string; empty: string }) {
  return (
    <Measured height={height}>
      {(width) => {
        const chart = prepareHistogram(input, width, height)
        if (chart.isEmpty) return <EmptyChart height={height}>{empty}</EmptyChart>
        return (
          <Plot width={width} height={height} label={label} reach={[chart.frame.top, chart.frame.bottom]} stops={chart.stops}>
            <Axes frame={chart.frame} xTicks={chart.xTicks} yTicks={chart.yTicks} />
            {chart.bars.map(({ key, ...bar }) => (
              <rect key={key} {...bar} className="f1" rx={1} />
            ))}
            {chart.zero === null ? null : <path className="ref" d={`M${chart.zero} ${chart.frame.top}V${chart.frame.bottom}`} />}
          </Plot>
        )
      }}
    </Measured>
  )
}
