'use client'

import type { ReactNode } from 'react'
import { Axes, EmptyChart, Legend } from './axes'
import { Measured } from './measured'
import { Plot } from './plot'
import { prepareStackedDays, type StackedDaysInput } from './prepare-stacked-days.ts'

/** Amounts by day, each a stack of layers, with the names of the layers below. */
export function StackedDays({
  input,
  height = 192,
  label,
  empty,
}: {
  input: StackedDaysInput
  height?: number
  label: string
  empty: ReactNode
}) {
  return (
    <Measured height={height}>
      {(width) => {
        const chart = prepareStackedDays(input, width, height)
        if (chart.isEmpty) return <EmptyChart height={height}>{empty}</EmptyChart>
        return (
          <>
            <Plot width={width} height={height} label={label} reach={[chart.frame.top, chart.frame.bottom]} stops={chart.stops}>
              <Axes frame={chart.frame} xTicks={chart.xTicks} yTicks={chart.yTicks} />
              {chart.bars.map(({ key, colour, ...bar }) => (
                <rect key={key} {...bar} fill={colour} />
              ))}
            </Plot>
            <Legend items={input.layers.map(({ name, colour }) => ({ name, colour, shape: 'square' }))} />
          </>
        )
      }}
    </Measured>
  )
}
