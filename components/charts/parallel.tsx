'use client'

import { type PointerEvent, useState } from 'react'
import { EmptyChart } from './axes'
import { Measured } from './measured'
import { type Brushes, brushBetween, type ParallelInput, type PreparedParallel, prepareParallel, shareOfAxis } from './prepare-parallel.ts'

/** Words on an axis stand among the lines. */
const halo = { paintOrder: 'stroke', stroke: 'var(--bg-surface)', strokeWidth: 3 } as const

type Props = Omit<ParallelInput, 'brushes'> & { brushes: Brushes; onBrush(brushes: Brushes): void; height?: number }

/** Parallel coordinates of the trials of a search. Dragging along an axis keeps the trials in that part; a click on it lets all in again. */
export function Parallel({ brushes, onBrush, height = 260, ...input }: Props) {
  return (
    <Measured height={height}>
      {(width) => {
        const chart = prepareParallel({ ...input, brushes }, width, height)
        if (chart.isEmpty) return <EmptyChart height={height}>No trial has a score yet, so there is nothing to compare.</EmptyChart>
        return <Picture chart={chart} brushes={brushes} onBrush={onBrush} />
      }}
    </Measured>
  )
}

function Picture({ chart, brushes, onBrush }: { chart: PreparedParallel; brushes: Brushes; onBrush(brushes: Brushes): void }) {
  const { frame, axes, lines, chosen } = chart
  const [drag, setDrag] = useState<{ key: string; from: number } | null>(null)
  const shareAt = (event: PointerEvent<SVGRectElement>) => {
    const svg = event.currentTarget.ownerSVGElement?.getBoundingClientRect()
    return svg ? shareOfAxis(frame, ((event.clientY - svg.top) / svg.height) * frame.height) : 0
  }
  const brush = (key: string, from: number, to: number) => {
    const { [key]: _, ...others } = brushes
    const range = brushBetween(from, to)
    onBrush(range ? { ...others, [key]: range } : others)
  }
  return (
    <svg
      className="chart"
      width={frame.width}
      height={frame.height}
      viewBox={`0 0 ${frame.width} ${frame.height}`}
      role="img"
      aria-label={`Parallel coordinates of ${lines.length} trials, ${chosen.length} of them inside the brushes`}
    >
      {lines.map((line) => (
        <path
          key={line.key}
          className="ln"
          d={line.path}
          stroke={line.isIn ? `color-mix(in srgb, var(--series-2) ${Math.round(line.rank * 100)}%, var(--series-8))` : 'var(--chart-grid)'}
          opacity={line.isIn ? 0.35 + 0.6 * line.rank : 0.5}
        />
      ))}
      {axes.map((axis, i) => (
        <g key={axis.key}>
          <path className="axis" d={`M${Math.round(axis.x) + 0.5} ${frame.top}V${frame.bottom}`} />
          <text
            className="t2"
            x={axis.anchor === 'middle' ? axis.x : axis.anchor === 'start' ? 0 : frame.width}
            y={12}
            textAnchor={axis.anchor}
          >
            {axis.title}
          </text>
          {axis.ticks.map((tick) => (
            <text
              key={tick.at}
              x={i === axes.length - 1 ? axis.x + 6 : axis.x - 6}
              y={tick.at + 4}
              textAnchor={i === axes.length - 1 ? 'start' : 'end'}
              style={halo}
            >
              {tick.label}
            </text>
          ))}
          {axis.brush ? (
            <rect x={axis.x - 6} y={axis.brush.y} width={12} height={axis.brush.height} fill="var(--series-1)" opacity={0.3} />
          ) : null}
          <rect
            x={axis.x - 10}
            y={frame.top - 4}
            width={20}
            height={frame.bottom - frame.top + 8}
            fill="transparent"
            style={{ cursor: 'ns-resize', touchAction: 'none' }}
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId)
              setDrag({ key: axis.key, from: shareAt(event) })
            }}
            onPointerMove={(event) => {
              if (drag?.key === axis.key) brush(axis.key, drag.from, shareAt(event))
            }}
            onPointerUp={(event) => {
              if (drag?.key === axis.key) brush(axis.key, drag.from, shareAt(event))
              setDrag(null)
            }}
            onPointerCancel={() => setDrag(null)}
          >
            <title>Drag along the axis to keep the trials in that part</title>
          </rect>
        </g>
      ))}
    </svg>
  )
}
