'use client'

import { Axes, EmptyChart, Legend } from './axes'
import { Measured } from './measured'
import { Plot } from './plot'
import { prepareTrials, type TrialsInput } from './prepare-trials.ts'

/** Trials of a search in their order, with the best score so far. */
export function Trials({ input, height = 220 }: { input: TrialsInput; height?: number }) {
  return (
    <Measured height={height}>
      {(width) => {
        const chart = prepareTrials(input, width, height)
        if (chart.isEmpty)
          return <EmptyChart height={height}>No trial has a score yet. The first one comes when its first fold is done.</EmptyChart>
        const label = `${input.metric} of ${input.trials.length} trials, and the best so far`
        return (
          <>
            <Plot width={width} height={height} label={label} reach={[chart.frame.top, chart.frame.bottom]} stops={chart.stops}>
              <Axes frame={chart.frame} xTicks={chart.xTicks} yTicks={chart.yTicks} />
              <path className="ln" d={chart.best} stroke="var(--series-2)" />
              {chart.failed.map((cross) => (
                <path key={cross.key} className="ln" stroke="var(--st-failed)" d={`M${cross.x - 3} ${cross.y - 6}l6 6m0 -6l-6 6`} />
              ))}
              {chart.dots.map((dot) => (
                <circle
                  key={dot.key}
                  cx={dot.x}
                  cy={dot.y}
                  r={dot.isBest ? 4.5 : 3}
                  fill={dot.isWhole ? 'var(--series-1)' : 'var(--bg-surface)'}
                  stroke="var(--series-1)"
                  opacity={dot.isBest ? 1 : 0.75}
                />
              ))}
            </Plot>
            <Legend
              items={[
                { name: 'trial; hollow when not all folds were done', colour: 'var(--series-1)', shape: 'square' },
                { name: 'best so far', colour: 'var(--series-2)' },
                ...(chart.failed.length > 0 ? [{ name: 'failed', colour: 'var(--st-failed)' }] : []),
              ]}
            />
          </>
        )
      }}
    </Measured>
  )
}
