'use client'

import type { Status } from '#core/runs/status'
import { Measured } from './measured'
import { type GanttRow, prepareGantt } from './prepare-gantt.ts'

const colours: Record<Status, string> = {
  queued: 'var(--st-queued)',
  running: 'var(--st-running)',
  waiting: 'var(--st-waiting)',
  done: 'var(--st-done)',
  cached: 'var(--st-cached)',
  failed: 'var(--st-failed)',
  crashed: 'var(--st-failed)',
  timed_out: 'var(--st-failed)',
  cancelled: 'var(--st-stale)',
  skipped: 'var(--st-stale)',
}

/** When each stage of a run worked, one row a stage of 28 px; the names stand beside it. */
export function Gantt({ rows, nowMs, label }: { rows: readonly GanttRow[]; nowMs: number; label: string }) {
  return (
    <Measured height={rows.length * 28 + 20}>
      {(width) => {
        const chart = prepareGantt(rows, nowMs, width)
        return (
          <svg className="chart" width={width} height={chart.height} viewBox={`0 0 ${width} ${chart.height}`} role="img" aria-label={label}>
            {chart.ticks.map((tick) => (
              <g key={tick.at}>
                <path className="g" d={`M${Math.round(tick.at) + 0.5} 0V${chart.bottom}`} />
                <text x={tick.at + 2} y={chart.height - 5}>
                  {tick.label}
                </text>
              </g>
            ))}
            {chart.bars.map((bar) => (
              <g key={bar.key}>
                <title>{bar.title}</title>
                <rect x={bar.x} y={bar.y + 6} width={bar.width} height={16} rx={3} fill={colours[bar.status]} />
                <text x={bar.wordsX} y={bar.y + 18} style={bar.isInside ? { fill: 'var(--bg-surface)' } : undefined}>
                  {bar.words}
                </text>
              </g>
            ))}
          </svg>
        )
      }}
    </Measured>
  )
}
