'use client'

import type { ReactNode } from 'react'
import { Axes, EmptyChart, Legend } from './axes'
import { Measured } from './measured'
import { Plot } from './plot'
import { prepareShares, type SharesInput } from './prepare-shares.ts'

/** Stacked shares of the predicted classes over time, training on the left. */
export function Shares({ input, height = 192, label, empty }: { input: SharesInput; height?: number; label: string; empty: ReactNode }) {
  return (
    <Measured height={height}>
      {(width) => {
        const chart = prepareShares(input, width, height)
        const { frame, reference } = chart
        if (chart.isEmpty) return <EmptyChart height={height}>{empty}</EmptyChart>
        const outer = { ...frame, left: reference ? reference.x : frame.left }
        return (
          <>
            <Plot width={width} height={height} label={label} reach={[frame.top, frame.bottom]} stops={chart.stops}>
              <Axes frame={outer} xTicks={chart.xTicks} yTicks={chart.yTicks} />
              {chart.layers.map((layer) => (
                <g key={layer.name} fill={layer.colour} opacity={0.82}>
                  <path d={layer.path} stroke="var(--bg-surface)" />
                  {reference && layer.reference ? (
                    <rect x={reference.x} width={reference.width} rx={1} stroke="var(--bg-surface)" {...layer.reference} />
                  ) : null}
                </g>
              ))}
              {reference ? (
                <>
                  <path className="g" d={`M${reference.x + reference.width + 17.5} ${frame.top}V${frame.bottom}`} />
                  <text className="mid" x={reference.x + reference.width / 2} y={height - 6}>
                    training
                  </text>
                </>
              ) : null}
            </Plot>
            <Legend items={chart.layers.map((layer) => ({ name: layer.name, colour: layer.colour, shape: 'square' }))} />
          </>
        )
      }}
    </Measured>
  )
}
