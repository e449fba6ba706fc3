'use client'

import { Measured } from './measured'
import { Plot } from './plot'
import { type HistogramPairInput, prepareHistogramPair } from './prepare-histogram-pair.ts'

/** Training in grey beside now in blue, as shares of rows. */
export function HistogramPair({ input, height = 120, label }: { input: HistogramPairInput; height?: number; label: string }) {
  return (
    <Measured height={height}>
      {(width) => {
        const chart = prepareHistogramPair(input, width, height)
        return (
          <Plot width={width} height={height} label={label} reach={[0, chart.baseline]} stops={chart.stops}>
            {chart.pairs.map((pair) => (
              <g key={pair.key}>
                <rect {...pair.reference} fill="var(--bg-active)" stroke="var(--chart-ref)" rx={1} />
                <rect {...pair.current} className="f1" rx={1} />
              </g>
            ))}
            <path className="axis" d={`M0 ${chart.baseline + 0.5}H${width}`} />
            {chart.labels.map((tick) => (
              <text key={tick.at} className="mid" x={tick.at} y={height - 6}>
                {tick.label}
              </text>
            ))}
          </Plot>
        )
      }}
    </Measured>
  )
}
