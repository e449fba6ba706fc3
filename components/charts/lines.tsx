'use client'

import type { ReactNode } from 'react'
import { Axes, EmptyChart } from './axes'
import { Measured } from './measured'
import { Plot } from './plot'
import { type LinesInput, prepareLines } from './prepare-lines.ts'

/** Lines over time or over a number, with bands, a reference, a limit and a strip of small bars where given. */
export function Lines({ input, height = 142, label, empty }: { input: LinesInput; height?: number; label: string; empty: ReactNode }) {
  return (
    <Measured height={height}>
      {(width) => {
        const chart = prepareLines(input, width, height)
        if (chart.isEmpty) return <EmptyChart height={height}>{empty}</EmptyChart>
        const { frame } = chart
        return (
          <Plot width={width} height={height} label={label} reach={[frame.top, frame.bottom]} stops={chart.stops}>
            <Axes frame={frame} xTicks={chart.xTicks} yTicks={chart.yTicks} />
            {chart.bands.map((band) => (
              <path key={band.name} d={band.path} fill={band.colour} className="band" />
            ))}
            {chart.rules.map((rule) => (
              <g key={rule.name}>
                <path className={rule.kind === 'limit' ? 'ref bad-ln' : 'ref'} d={`M${frame.left} ${rule.y}H${frame.right}`} />
                {rule.kind === 'limit' ? (
                  <text x={rule.text.x} y={rule.text.y} textAnchor={rule.text.anchor} style={{ fill: 'var(--st-failed)' }}>
                    {rule.name}
                  </text>
                ) : null}
              </g>
            ))}
            {chart.mark === null ? null : <path className="ref" d={`M${chart.mark} ${frame.top}V${frame.bottom}`} />}
            {chart.marks.map((mark, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two marks may lie at one place, and they never move among themselves
              <g key={i}>
                <path className="ref" d={`M${mark.x} ${frame.top}V${frame.bottom}`} />
                {mark.name === null ? null : (
                  <text x={mark.x} y={frame.top - 6} textAnchor="middle">
                    {mark.name}
                  </text>
                )}
              </g>
            ))}
            {chart.lines.map((line) => (
              <path key={line.name} className="ln" d={line.path} stroke={line.colour} opacity={line.opacity} />
            ))}
            {chart.dots.map((dot) => (
              <circle key={`${dot.x} ${dot.y}`} cx={dot.x} cy={dot.y} r={1.75} fill={dot.colour} opacity={dot.opacity} />
            ))}
            {chart.names.map((name) => (
              <text key={name.text} x={name.x} y={name.y} textAnchor={name.anchor}>
                {name.text}
              </text>
            ))}
            {chart.strip ? (
              <>
                {chart.strip.bars.map((bar) => (
                  <rect
                    key={bar.x}
                    x={bar.x}
                    y={bar.y}
                    width={bar.width}
                    height={bar.height}
                    fill={bar.isOver ? 'var(--st-waiting)' : 'var(--series-8)'}
                    opacity={bar.isOver ? 1 : 0.5}
                  />
                ))}
                <path className="axis" d={`M${frame.left} ${chart.strip.y + 0.5}H${frame.right}`} />
                <text className="end" x={frame.left - 6} y={chart.strip.y - 4}>
                  low
                </text>
              </>
            ) : null}
          </Plot>
        )
      }}
    </Measured>
  )
}
