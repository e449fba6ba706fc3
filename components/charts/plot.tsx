'use client'

import { type PointerEvent, type ReactNode, useState } from 'react'
import type { Stop } from './frame.ts'

export type PlotProps = {
  width: number
  height: number
  /** One sentence for those who do not see it. */
  label: string
  /** Top and bottom of the line that follows the pointer. */
  reach?: readonly [number, number]
  stops?: readonly Stop[]
  children: ReactNode
}

/** A picture with a read-out that follows the pointer; by keyboard a slider moves it from stop to stop. */
export function Plot({ width, height, label, reach, stops = [], children }: PlotProps) {
  const [shown, setShown] = useState<number | null>(null)
  const stop = shown === null ? undefined : stops[shown]
  const follow = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    setShown(nearest(stops, ((event.clientX - box.left) / box.width) * width))
  }
  return (
    <div className="plot">
      <svg
        className="chart"
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={label}
        onPointerMove={stops.length > 0 ? follow : undefined}
        onPointerLeave={() => setShown(null)}
      >
        {children}
        {stop && reach ? <path className="ref" d={`M${stop.at} ${reach[0]}V${reach[1]}`} /> : null}
      </svg>
      {stops.length > 1 ? (
        <input
          className="plot-slider"
          type="range"
          min={0}
          max={stops.length - 1}
          value={shown ?? stops.length - 1}
          aria-label={`Read out: ${label}`}
          aria-valuetext={sentence(stops[shown ?? stops.length - 1])}
          onChange={(event) => setShown(event.currentTarget.valueAsNumber)}
          onFocus={() => setShown(stops.length - 1)}
          onBlur={() => setShown(null)}
        />
      ) : null}
      {stop ? <ReadOut stop={stop} width={width} /> : null}
    </div>
  )
}

function ReadOut({ stop, width }: { stop: Stop; width: number }) {
  const isRight = stop.at > width / 2
  return (
    <div className="readout" style={isRight ? { right: width - stop.at + 8 } : { left: stop.at + 8 }} aria-hidden>
      <div className="semi">{stop.title}</div>
      {stop.lines.map((line) => (
        <div key={line.label} className="row tight">
          {line.colour ? <i className="dot" style={{ background: line.colour }} /> : null}
          <span className="t2">{line.label}</span>
          <span className="push num">{line.value}</span>
        </div>
      ))}
    </div>
  )
}

function nearest(stops: readonly Stop[], x: number): number | null {
  let best: number | null = null
  let gap = Number.POSITIVE_INFINITY
  for (const [i, stop] of stops.entries()) {
    if (Math.abs(stop.at - x) >= gap) continue
    gap = Math.abs(stop.at - x)
    best = i
  }
  return best
}

function sentence(stop: Stop | undefined): string {
  return stop ? `${stop.title}: ${stop.lines.map((line) => `${line.label} ${line.value}`).join(', ')}` : ''
}
