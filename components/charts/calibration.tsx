'use client'

import { Axes, EmptyChart, Legend } from './axes'
import { Measured } from './measured'
import { Plot } from './plot'
import { type CalibrationBin, prepareCalibration } from './prepare-calibration.ts'

/** How often the model is right when it says how sure it is, with the rows of each bin below; dashed, how it was before calibration. */
export function Calibration({
  bins,
  before,
  height = 250,
  note,
}: {
  bins: readonly CalibrationBin[]
  before?: { bins: readonly CalibrationBin[]; note: string }
  height?: number
  note: string
}) {
  return (
    <Measured height={height}>
      {(width) => {
        if (bins.every((bin) => bin.rows === 0))
          return <EmptyChart height={height}>No rows were evaluated, so there is nothing to calibrate.</EmptyChart>
        const chart = prepareCalibration(bins, width, height, before?.bins)
        const { frame, worst } = chart
        return (
          <>
            <Plot
              width={width}
              height={height}
              label={`Calibration: share of right answers against stated confidence, ${before ? `${before.note}, ` : ''}${note}`}
              reach={[frame.top, chart.barsBase]}
              stops={chart.stops}
            >
              <Axes frame={frame} xTicks={chart.xTicks} yTicks={chart.yTicks} />
              <path className="ref" d={chart.diagonal} />
              {before ? <path className="ln c2" strokeDasharray="4 3" d={chart.before} /> : null}
              <path className="ln c1" d={chart.path} />
              {chart.points.map((point) => (
                <g key={point.x}>
                  <path className="c1" opacity={0.35} strokeWidth={3} d={`M${point.x} ${point.low}V${point.high}`} />
                  <circle cx={point.x} cy={point.y} r={2.75} className="f1" />
                </g>
              ))}
              {chart.bars.map((bar) => (
                <rect key={bar.x} {...bar} fill="var(--series-8)" opacity={0.5} />
              ))}
              <path className="axis" d={`M${frame.left} ${chart.barsBase + 0.5}H${frame.right}`} />
              <text className="end" x={frame.left - 6} y={chart.barsBase - 2}>
                rows
              </text>
              {worst ? (
                <text className={worst.isEnd ? 'end' : undefined} x={worst.x} y={worst.y}>
                  {worst.text}
                </text>
              ) : null}
            </Plot>
            <Legend
              items={[
                { name: note, colour: 'var(--series-1)' },
                ...(before ? [{ name: before.note, colour: 'var(--series-2)', shape: 'dash' as const }] : []),
                { name: 'perfect', colour: 'var(--chart-ref)', shape: 'dash' },
              ]}
            />
          </>
        )
      }}
    </Measured>
  )
}
