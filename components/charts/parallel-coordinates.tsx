'use client'

import { ScrollX } from '#components/ui/scroll-x'
import { EmptyChart, Legend } from './axes'
import { Measured } from './measured'
import { Plot } from './plot'
import { type ParallelCoordinatesInput, parallelWidth, prepareParallelCoordinates } from './prepare-parallel-coordinates.ts'

/** Properties side by side, an axis each, with a line per thing that has them. */
export function ParallelCoordinates({
  input,
  height = 240,
  label,
  empty,
}: {
  input: ParallelCoordinatesInput
  height?: number
  label: string
  empty: string
}) {
  return (
    <Measured height={height}>
      {(width) => {
        const chart = prepareParallelCoordinates(input, parallelWidth(input.axes.length, width), height)
        if (chart.isEmpty) return <EmptyChart height={height}>{empty}</EmptyChart>
        const { frame } = chart
        return (
          <>
            <ScrollX label={label}>
              <div style={{ width: frame.width }}>
                <Plot width={frame.width} height={height} label={label} reach={[frame.top, frame.bottom]} stops={chart.stops}>
                  {chart.lines.map((line) => (
                    <g key={line.name}>
                      <path className="ln" d={line.path} stroke={line.colour} />
                      {line.dots.map((dot) => (
                        <circle key={dot.key} cx={dot.x} cy={dot.y} r={2.5} fill={line.colour} />
                      ))}
                    </g>
                  ))}
                  {chart.axes.map((axis) => (
                    <g key={axis.key}>
                      <path className="axis" d={`M${Math.round(axis.x) + 0.5} ${frame.top}V${frame.bottom}`} />
                      <text className="t2" x={axis.x - 4} y={10}>
                        {axis.name}
                      </text>
                      {axis.note ? (
                        <text x={axis.x - 4} y={23}>
                          {axis.note}
                        </text>
                      ) : null}
                      {axis.ticks.map((tick) => (
                        <text key={tick.at} x={axis.x + 6} y={tick.at + 4}>
                          {tick.label}
                        </text>
                      ))}
                    </g>
                  ))}
                </Plot>
              </div>
            </ScrollX>
            <Legend items={chart.lines.map(({ name, colour }) => ({ name, colour }))} />
          </>
        )
      }}
    </Measured>
  )
}
